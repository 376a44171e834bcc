"""`describe`: what the files say of a report."""

from pathlib import Path
from typing import Any

import duckdb
import pytest
from click.testing import CliRunner

from figshare_warehouse.cli import cli
from figshare_warehouse.errors import UsageError
from figshare_warehouse.models import dictionary, views
from figshare_warehouse.models.finding import found_text
from figshare_warehouse.models.macros import read_macros
from figshare_warehouse.models.reference import macro_columns


@pytest.fixture(scope="module")
def described() -> Any:
    return {item.view.relation: item for item in dictionary.describe_all()}


def test_columns_have_types_and_origins(described: Any) -> None:
    item = described["reports.item_types"]
    assert item.types["size_bytes"] == "BIGINT"
    assert item.origins["item_type"] == ("articles.defined_type_name", "item_types.name")
    assert item.origins["article_count"] == ()
    used_by = described["intermediate.int_articles"].used_by
    assert used_by[:2] == ("intermediate.int_article_custom_fields", "intermediate.int_article_links")
    assert {"intermediate.int_scope_usage", "reports.articles"} <= set(used_by)


def test_origins_go_through_unions_recursion_and_stars(described: Any) -> None:
    ancestors = described["intermediate.int_group_ancestors"].origins
    ids, parents = ("group_names.group_id", "groups.id"), ("group_names.parent_group_id", "groups.parent_id")
    assert ancestors == {"group_id": ids, "ancestor_group_id": tuple(sorted((*ids, *parents)))}
    assert described["reports.article_files"].origins["file_name"] == ("article_files.name",)


def test_every_column_comes_from_loaded_columns_or_counts_rows(described: Any) -> None:
    without = {
        column
        for item in described.values()
        if item.view.is_report
        for column, origins in item.origins.items()
        if not origins
    }
    assert without <= {
        *("scope", "level", "article_count", "article_ratio", "file_count", "listed_article_count"),
        *(
            "review_count",
            "field",
            "part",
            "unloaded_article_count",
            "found_article_count",
            "other_article_count",
            "shared_article_count",
        ),
        *(
            "shared_coauthor_count",
            "shared_group_count",
            "counter",
            "entity_count",
            "entity_type",
            "denied_scope_count",
        ),
        *("part_count", "comparison", "kind", "record_count", "measured_day_count"),
        *("citations", "citations_fractional", "citations_known_ratio", "doi_count"),
        *("cited_article_count", "citing_work_count", "finding", "meaning", "what_to_do", "place"),
    }


@pytest.mark.parametrize("width", [30, 100])
def test_a_report_is_described_within_the_terminal(width: int) -> None:
    text = dictionary.describe_text(dictionary.describe("licenses"), width)
    assert text.startswith("reports.licenses\n\nOne row per scope and licence")
    assert "  license (VARCHAR)\n      Licence, under" in text
    assert max(map(len, text.splitlines())) <= max(width, 80)


@pytest.mark.parametrize(
    ("name", "column"),
    [
        ("article_custom_fields_wide", "article_id (BIGINT)"),
        ("article_main_wide", "article_id (BIGINT)"),
        ("about", "published_at (TIMESTAMP)"),
        ("published_reports", "row_count (BIGINT)"),
    ],
)
def test_what_is_no_file_in_reports_is_described_as_well(described: Any, name: str, column: str) -> None:
    text = dictionary.describe_text(described[f"reports.{name}"], 100)
    assert text.startswith(f"reports.{name}\n\nOne row")
    assert f"\n  {column}\n" in text
    assert views.find_view(name).relation == f"reports.{name}"


def test_the_command_lists_and_describes(tmp_path: Path) -> None:
    run = CliRunner().invoke
    listed = run(cli, ["describe"]).output
    assert "licenses\n    One row per scope and licence of its articles.\n" in listed
    assert "article_custom_fields_wide\n" in listed
    assert "\nreports.about\n    One row" in f"\n{listed}"
    assert run(cli, ["describe", "licenses"]).output.startswith("reports.licenses\n")
    assert run(cli, ["describe", "licences"]).output.startswith("reports.licenses\n"), "what it is near to goes first"
    with pytest.raises(UsageError, match="No report has 'orcid' and 'qqq' in its name, columns or text: "):
        run(cli, ["describe", "orcid", "qqq"], catch_exceptions=False)
    own = "-- One row.\n--\n-- columns:\n--   one: 1.\n\nselect 1 as one\n"
    (tmp_path / "mine.sql").write_text(own, encoding="utf-8")
    assert "mine\n    One row.\n" in run(cli, ["describe", "--sql-dir", str(tmp_path)]).output


@pytest.mark.parametrize(
    ("words", "first", "among"),
    [
        ("usage", "reports.article_usage_known", "reports.usage_between(from_day, to_day)"),
        ("orcid", "reports.authors", "reports.article_authors"),
        ("school", "reports.school_articles", "reports.usage_by_school_between(from_day, to_day)"),
        ("months", "reports.article_usage_by_month", "reports.usage_by_month"),
        ("Usage School", "reports.usage_by_school_between(from_day, to_day)", "reports.schools"),
        ("withdrawn", "reports.withdrawn_articles", "reports.changes"),
        ("faculties", "reports.group_articles", "reports.groups"),
        ("keyword", "reports.article_tags", "reports.top_tags"),
        ("country", "reports.usage_by_country", "reports.group_usage_by_country"),
    ],
)
def test_words_find_reports(words: str, first: str, among: str) -> None:
    lines = found_text(words.split(), 80).splitlines()
    found = [line for line in lines if line.startswith(("reports.", "operations."))]
    assert found[0] == first
    assert among in found
    assert max(map(len, lines)) <= 80


def test_a_macro_is_described() -> None:
    text = found_text(["reports.usage_between"], 80)
    assert text.startswith("reports.usage_between(from_day, to_day)\n\nOne row per article")
    assert "\nParameters: from_day: the first day" in text
    # Its own, the report's, and those of the macro that it chooses from.
    assert "\n  views\n      Views in the months of the period; 0 is none, NULL not known.\n" in text
    assert "\n  item_type\n      Figshare's name of the item type, for instance dataset.\n" in text
    of_authors = found_text(["usage_by_author_between"], 80)
    assert "\n  shares\n      Shares of them, likewise.\n" in of_authors
    assert "\n  orcid\n      The person's ORCID iD; NULL when not known.\n" in of_authors


@pytest.mark.slow
def test_each_column_of_a_macro_is_described(warehouse: duckdb.DuckDBPyConnection) -> None:
    described = macro_columns(views.list_views())
    for macro in read_macros():
        days = ", ".join("'2026-01-01'" for _ in macro.parameters)
        returned = warehouse.execute(f"select * from reports.{macro.name}({days}) limit 0").description or ()
        # All columns of a report are described there.
        expected = [] if macro.name == "outputs_between" else [column[0] for column in returned]
        assert list(described[macro.name]) == expected
        assert all(described[macro.name].values()), macro.name
        assert macro.columns.keys() <= described[macro.name].keys(), macro.name
