"""Personal data is apart: nothing public reads it, by the views' lineage and by the bytes of all public files."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from pathlib import Path

import duckdb
import pytest
from click.testing import CliRunner

from figshare_sandbox import Fault, Sandbox
from figshare_warehouse import tables
from figshare_warehouse.cli import cli
from figshare_warehouse.database.names import literal, quoted
from figshare_warehouse.errors import UsageError
from figshare_warehouse.logs import logged_to
from figshare_warehouse.models import views
from figshare_warehouse.models.sqlfiles import INTERNAL_SCHEMAS, SCHEMAS, TESTS
from tests.internal.conftest import ACCOUNTS, DRAFT_SECRETS, SECRETS, loaded_at, make_recognizable
from tests.support import rows

REPORT = """\
-- One row per account.
--
-- columns:
--   email: An address.

select email from {}
"""


def test_nothing_public_reads_what_is_internal() -> None:
    files = views.parsed_files(schemas=(*SCHEMAS, TESTS))
    read = {name.partition(".")[0] for file in files for name in file.reads}
    assert read <= {*tables.PUBLIC_SCHEMAS, *SCHEMAS}
    internal = views.parsed_files(schemas=INTERNAL_SCHEMAS)
    read = {name.partition(".")[0] for file in internal for name in file.reads}
    assert read <= {"figshare_internal", "internal_staging", "internal", "reports"}
    assert not set(tables.TABLES.values()) & set(tables.INTERNAL_TABLES.values())
    assert {table.schema for table in tables.TABLES.values()} == {"figshare", "datacite"}
    assert {table.schema for table in tables.INTERNAL_TABLES.values()} == {"figshare_internal"}


@pytest.mark.parametrize("schema", [*SCHEMAS, TESTS])
def test_a_public_view_that_reads_it_is_refused(tmp_path: Path, schema: str) -> None:
    folder = tmp_path / "sql" / schema
    folder.mkdir(parents=True)
    (folder / "a.sql").write_text(REPORT.format("figshare_internal.accounts"), encoding="utf-8")
    [problem] = views.check(tmp_path / "sql")
    assert problem.message == "`figshare_internal.accounts` is personal data, which only internal views read"


def test_a_report_of_the_user_that_reads_it_is_refused(tmp_path: Path) -> None:
    (tmp_path / "mine.sql").write_text(REPORT.format("figshare_internal.accounts"), encoding="utf-8")
    with pytest.raises(UsageError, match="is personal data, which only internal views read"):
        views.refuse_problems(tmp_path)


def files_with(secrets: Iterable[str], folder: Path) -> set[str]:
    """The files below a folder that hold one of some texts, as UTF-8 in any case of letters."""
    wanted = [secret.lower().encode() for secret in secrets]
    found = ((path, path.read_bytes().lower()) for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix() for path, content in found if any(one in content for one in wanted)}


def test_no_byte_of_a_person_or_a_draft_is_in_what_is_public(published: Path) -> None:
    secrets = (*SECRETS, *DRAFT_SECRETS)
    path = published / "w_reports.duckdb"
    assert files_with(secrets, published) == {"w.duckdb", "w_reports_internal.duckdb"}
    # DuckDB may compress texts: so each value is looked at, too.
    assert texts_with(secrets, path) == set()
    assert "internal.depositors" in texts_with(SECRETS, published / "w_reports_internal.duckdb")
    assert texts_with(SECRETS, published / "w.duckdb") == {"figshare_internal.accounts"}
    shown = ("account_articles", "drafts", "items_in_review", "public_private_differences", "review_queue")
    in_reports = texts_with(DRAFT_SECRETS, published / "w_reports_internal.duckdb")
    assert in_reports == {f"internal.{report}" for report in shown}
    held = ("articles", "review_comments", "reviews")
    assert texts_with(DRAFT_SECRETS, published / "w.duckdb") == {f"figshare_internal.{table}" for table in held}


@pytest.mark.slow
@pytest.mark.parametrize(
    "arguments",
    [
        ["site", "--output", "site"],
        ["export", "--output", "tables", "--format", "csv"],
        ["export", "--output", "tables.xlsx", "--format", "xlsx"],
        ["report", "institution", "--output", "institution.json"],
        ["report", "institution", "--output", "institution.html"],
    ],
)
def test_none_is_in_pages_and_exports(published: Path, tmp_path: Path, arguments: list[str]) -> None:
    secrets = (*SECRETS, *DRAFT_SECRETS)
    reports = str(published / "w_reports.duckdb")
    done = CliRunner().invoke(cli, [*arguments, "--published", reports], catch_exceptions=False)
    assert done.exit_code == 0
    assert any(path.is_file() for path in tmp_path.rglob("*"))
    assert files_with(secrets, tmp_path) == set()
    assert not any(secret in done.output for secret in secrets)


def texts_with(secrets: Iterable[str], database: Path) -> set[str]:
    """The tables of a database that hold one of some texts in a value."""
    columns: dict[str, list[str]] = {}
    with duckdb.connect(str(database), read_only=True) as connection:
        for schema, table, column in connection.execute(
            "select schema_name, table_name, column_name from duckdb_columns() join duckdb_tables() using "
            "(database_name, schema_name, table_name) where data_type = 'VARCHAR'"
        ).fetchall():
            columns.setdefault(f"{schema}.{table}", []).append(quoted(column))
        assert columns
        wanted = [secret.lower() for secret in secrets]
        holds = " or ".join(f"contains(each_text, {literal(secret)})" for secret in wanted)
        return {
            table
            for table, names in columns.items()
            if connection.execute(
                f"select 1 from (select lower(concat_ws(' ', {', '.join(names)})) as each_text from {table}) "
                f"where {holds} limit 1"
            ).fetchone()
        }


def test_a_failure_repeats_no_word_of_figshare_and_no_id(people: Sandbox, warehouse: Path, tmp_path: Path) -> None:
    # A message of Figshare's may name a person, and so may its address.
    account_id = make_recognizable(people)
    people.faults.add(Fault("status", status=500, path=r"/institution/accounts/\d+$"))
    people.faults.add(Fault("status", status=403, path=r"/institution/roles/\d+$"))
    log = tmp_path / "log" / "refresh.log"
    log.parent.mkdir()
    with logged_to(log):
        outcome = loaded_at(datetime(2026, 6, 30, 12), people, warehouse, max_tries=1, **ACCOUNTS)
    assert outcome.outcome == "incomplete"
    found = rows(warehouse, "select path, message from figshare.failed_requests")
    assert {path for path, _ in found} == {"/account/institution/accounts/ID"}
    assert all("4000" not in message for _, message in found)
    assert "'" not in found[0][1]
    [(message,)] = rows(warehouse, "select message from figshare.refreshes")
    assert "This token may not see the account roles (403 for /account/institution/roles/ID)" in message
    text = log.read_text(encoding="utf-8")
    assert "/account/institution/accounts/ID" in text
    assert str(account_id) not in text
    assert files_with(SECRETS, log.parent) == set()
    assert files_with([people.token], tmp_path) == set()
