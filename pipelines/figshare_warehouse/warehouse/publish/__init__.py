"""Publishing: every report as a table, in a file that any DuckDB from 1.0 on opens.

It is made beside the old one and put in its place in one step, so that who opens it gets the old or the new one, whole.
"""

from __future__ import annotations

import os
from collections.abc import Collection, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime
from glob import escape
from pathlib import Path

import duckdb

from figshare_warehouse.database.confined import confine, spread
from figshare_warehouse.database.files import damaged_warehouse, is_damaged
from figshare_warehouse.database.memory import bounded
from figshare_warehouse.database.names import NEW, SNAPSHOT, quoted
from figshare_warehouse.errors import FigshareWarehouseError, one_line
from figshare_warehouse.models import custom_fields, macros, views
from figshare_warehouse.models.about import metadata_view
from figshare_warehouse.models.built import digest_of
from figshare_warehouse.models.computed import Computation, Rows, snapshot
from figshare_warehouse.models.data_tests import DataTest, run_each
from figshare_warehouse.models.sqlfiles import PUBLISHED, REPORT_SCHEMAS, SCHEMAS, TESTS, View
from figshare_warehouse.warehouse.publish.internal import new_file, publish_internal
from figshare_warehouse.warehouse.publish.last import copied, last_rows, remember
from figshare_warehouse.warehouse.publish.published import Published, listed
from figshare_warehouse.warehouse.publish.writing import describe, make, remove, remove_unfinished, sync_folder, written


@dataclass(frozen=True, slots=True)
class Publication:
    """What was published.

    Attributes:
        path: the file that holds it.
        report_count: the reports in it.
        data_tests: what became of the data tests, run over what is in it.
        dropped: the reports that the file before had and this one has not, with their schemas.
        internal: the file of internal reports; None where the warehouse has no personal data.
        internal_problem: why that could not be published; None when nothing is wrong.
    """

    path: Path
    report_count: int
    data_tests: tuple[DataTest, ...]
    dropped: tuple[str, ...]
    internal: Path | None = None
    internal_problem: FigshareWarehouseError | None = None


def publish(
    connection: duckdb.DuckDBPyConnection,
    target: Published,
    now: datetime,
    package_version: str,
    user_folder: Path | None = None,
) -> Publication:
    """Computes every report once, runs the data tests over them, and publishes them.

    Only the reports are written, computed from the tables that are declared: nothing else that the warehouse may hold
    can reach the file.

    Args:
        connection: the warehouse, in no transaction; it reaches no other files afterwards, where it still did.
        target: the file; an existing one is replaced.
        now: the time (UTC).
        package_version: the version that publishes.
        user_folder: a folder of the user's reports, checked by `views.refuse_problems`, which are published, too;
            unreadable files are left out. None for none.

    Raises:
        UsageError: the file is something else than what was published before.
        FigshareWarehouseError: a report cannot be computed, or the file cannot be written; an existing one is as it
            was.
    """
    target = target.refuse_foreign()
    ordered = views.parsed_files(schemas=(*SCHEMAS, TESTS), user_folder=user_folder)
    described = views.views_of(ordered)
    new, scratch, old, _ = files = working_files(target)
    # Our own SQL is checked; that of a folder which is written to meanwhile is not.
    confine(connection, files)
    # It may have grown since it was opened.
    spread(connection, target.warehouse)
    _clean(target)
    before = listed(old)
    made_by = f"{package_version} {digest_of(user_folder=user_folder)}"
    last = last_rows(connection, old, made_by)
    users = {view.relation for view in described if not view.subject}
    try:
        with bounded(connection), snapshot(connection, scratch):
            computation = Computation(connection, ordered, last, users)
            computation.compute_staging()
            is_copied = copied(connection, old, new, last, computation.probably_kept())
            kept: set[str] = set()
            with written(connection, new, REPORT_SCHEMAS):
                for relation in computation.reports():
                    if computation.keeps_report(relation) and is_copied:
                        computation.read_from(NEW, relation)
                        kept.add(relation)
                    else:
                        computation.compute_report(relation, NEW)
                _refuse_failed(computation)
                wide = custom_fields.build(connection, described)
                for view in wide:
                    if computation.keeps(view.relation, view.text, view.depends_on) and is_copied:
                        kept.add(view.relation)
                    else:
                        rows = make(connection, view, f"select * from {view.relation}", {})
                        computation.know(view.relation, rows)
                published = [view for view in (*described, *wide) if view.is_report]
                data_tests = run_each(connection, ordered, computation)
                describe(connection, [view for view in published if view.relation not in kept])
                _make_metadata(connection, "published_reports", _contents(published, computation.rows))
                _make_metadata(connection, "about", _facts(data_tests, now, package_version, target.warehouse.name))
                _make_macros(connection, {view.relation for view in published})
                _drop_others(connection, {view.relation for view in published} | PUBLISHED)
        # Again, since it took a while to compute them.
        path = _put_in_place(new, target.refuse_foreign(), now)
        # What cannot be remembered is computed again next time; published it is.
        with suppress(duckdb.Error):
            remember(connection, path, made_by, computation.rows)
    except (OSError, duckdb.Error) as error:
        if is_damaged(str(error)):
            raise damaged_warehouse(target.warehouse, error) from error
        raise FigshareWarehouseError(
            f"The reports were not published, since {target.path} cannot be written ({one_line(error)}). What was "
            "published before is as it was; run `figshare-warehouse publish` when that is mended."
        ) from error
    finally:
        remove(new, scratch)
    dropped = before.difference(view.relation for view in published)
    done = Publication(path, len(published), tuple(data_tests), tuple(sorted(dropped)))
    try:
        return replace(done, internal=publish_internal(connection, target, now, package_version))
    except FigshareWarehouseError as error:
        return replace(done, internal_problem=error)


def _refuse_failed(computation: Computation) -> None:
    """Refuses to publish without a report."""
    for relation, said in computation.failed.items():
        raise FigshareWarehouseError(
            f"The reports were not published: {relation} cannot be computed ({said}). What was published before is as "
            "it was."
        )


def _contents(reports: Sequence[View], rows: Mapping[str, Rows]) -> dict[str, object]:
    return {
        "reports": [view.name for view in reports],
        "schema_names": [view.schema for view in reports],
        "column_counts": [len(view.columns) for view in reports],
        "row_counts": [rows[view.relation].count for view in reports],
    }


def _facts(
    data_tests: Sequence[DataTest], now: datetime, package_version: str, warehouse_name: str
) -> dict[str, object]:
    failed = [test.name for test in data_tests if not test.passed]
    return {
        "published_at": now,
        "package_version": package_version,
        "data_tests_run": len(data_tests),
        "data_tests_failed": len(failed),
        "failed_data_tests": ", ".join(failed) or None,
        "warehouse_name": warehouse_name,
    }


def working_files(target: Published) -> tuple[Path, Path, Path, Path]:
    """Returns the files of publishing: new, thrown away, published last, and new with internal reports."""
    # A link stays one, and the file that it leads to is replaced.
    path = target.path.resolve() if target.path.is_symlink() else target.path
    return (
        path.with_name(f".{path.name}.{os.getpid()}.new"),
        path.with_name(f".{path.name}.{os.getpid()}.scratch"),
        target.current(),
        new_file(target),
    )


def _make_metadata(connection: duckdb.DuckDBPyConnection, name: str, facts: dict[str, object]) -> None:
    """Makes a table in which the file says of itself what `sql/publish` asks for."""
    view = metadata_view(name)
    make(connection, view, view.text, facts)
    describe(connection, [view])


def _make_macros(connection: duckdb.DuckDBPyConnection, relations: set[str]) -> None:
    """Makes the table macros; the names in them have no database, so that the file may have any name."""
    connection.execute(f"use {NEW}")
    try:
        macros.build(connection, relations)
    finally:
        connection.execute(f"use {SNAPSHOT}")


def _drop_others(connection: duckdb.DuckDBPyConnection, relations: Collection[str]) -> None:
    """Drops the tables of reports that there are no more."""
    query = f"select schema_name, table_name from duckdb_tables() where database_name = '{NEW}'"
    for schema, name in connection.execute(query).fetchall():
        if f"{schema}.{name}" not in relations:
            connection.execute(f"drop table {NEW}.{quoted(schema)}.{quoted(name)}")


def _put_in_place(new: Path, target: Published, now: datetime) -> Path:
    """Puts the new file in the old one's place, or beside it where Windows lets nobody replace a file that is open."""
    dated = target.path.with_name(f"{target.path.stem}.{now:%Y%m%dT%H%M%SZ}{target.path.suffix}")
    try:
        # What somebody wrote into the old file, and left in its log, DuckDB would write into this one.
        target.path.with_name(f"{target.path.name}.wal").unlink(missing_ok=True)
        os.replace(new, target.path)
    except PermissionError:
        os.replace(new, dated)
        note = target.pointer.with_name(f".{target.pointer.name}.{os.getpid()}.new")
        note.write_text(dated.name, encoding="utf-8")
        os.replace(note, target.pointer)
        written = dated
    else:
        target.pointer.unlink(missing_ok=True)
        written = target.path
    # Older ones go as soon as nobody has them open any more.
    remove(*(path for path in target.path.parent.glob(_dated(target.path)) if path != written))
    sync_folder(target.path.parent)
    return written


def _dated(path: Path) -> str:
    return f"{escape(path.stem)}.{'[0-9]' * 8}T{'[0-9]' * 6}Z{escape(path.suffix)}"


def _clean(target: Published) -> None:
    """Removes what publishing that was killed left behind."""
    remove_unfinished(target.path, "new", "scratch")
