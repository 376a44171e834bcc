"""Who or what is meant by a name, an id or an ORCID iD, and which rows are given for it."""

from typing import Any

import duckdb
import pytest

from figshare_warehouse.errors import UsageError
from figshare_warehouse.reports import subjects


def column(section: Any, name: str) -> Any:
    return [row[section.columns.index(name)] for row in section.rows]


@pytest.mark.parametrize(
    "wanted",
    [
        *("1", "5", "05", "0000-0002-1825-0097", "https://orcid.org/0000-0002-1825-0097/", "0000000218250097"),
        *("Jané Müller", "jane  muller", "Muller, Jane", "MÜLLER", "uller"),
    ],
)
def test_an_author_is_found(connection: duckdb.DuckDBPyConnection, wanted: Any) -> None:
    report = subjects.author(connection, wanted)
    assert (report.headline["author_id"], report.headline["author_ids"]) == (1, "1, 5")
    assert column(report.rows, "article_id") == [102, 101]


def test_an_exact_name_goes_before_a_part_of_one(connection: duckdb.DuckDBPyConnection) -> None:
    with pytest.raises(subjects.AmbiguousError, match=r"^'john smith' can be 2 people: say which with") as caught:
        subjects.author(connection, "john smith")
    assert [row["author_id"] for row in caught.value.candidates] == [2, 3]
    assert "2 John Smith (2 articles); 3 John Smith (1 article)." in str(caught.value)


def test_a_part_of_several_names_is_ambiguous(connection: duckdb.DuckDBPyConnection) -> None:
    with pytest.raises(subjects.AmbiguousError, match="can be 3 people"):
        subjects.author(connection, "smith")


@pytest.mark.parametrize("wanted", ["Jon Smithsen", "John Smitson"])
def test_a_mistyped_author_tells_who_is_near(connection: duckdb.DuckDBPyConnection, wanted: Any) -> None:
    with pytest.raises(UsageError, match=rf"^There is no author '{wanted}'; near it: .*4 John Smithson"):
        subjects.author(connection, wanted)


@pytest.mark.parametrize("wanted", ["99", "0000-0001-5109-3700", "qqq", "", "%", "\x1b[2J"])
def test_an_unknown_author_is_told_without_harm(connection: duckdb.DuckDBPyConnection, wanted: Any) -> None:
    with pytest.raises(UsageError, match=r"^There is no author '") as caught:
        subjects.author(connection, wanted)
    assert "\x1b" not in str(caught.value)


def test_hostile_names_are_harmless_in_messages(connection: duckdb.DuckDBPyConnection) -> None:
    with pytest.raises(UsageError) as caught:
        subjects.author(connection, "owned Eev")
    assert "\x1b" not in str(caught.value)


@pytest.mark.parametrize(
    ("wanted", "id_"), [("11", 11), ("physics", 11), ("phys", 11), ("Arts / Library", 21), ("22", 22)]
)
def test_a_group_is_found(connection: duckdb.DuckDBPyConnection, wanted: Any, id_: int) -> None:
    assert subjects.group(connection, wanted).headline["group_id"] == id_


def test_a_group_brings_what_is_below_it(connection: duckdb.DuckDBPyConnection) -> None:
    report = subjects.group(connection, "Science")
    assert column(report.others[0], "group_id") == [22, 11]
    assert column(report.rows, "article_id") == [102, 101]
    assert subjects.group(connection, "Arts").rows.rows == []


def test_a_name_of_two_groups_is_ambiguous(connection: duckdb.DuckDBPyConnection) -> None:
    with pytest.raises(subjects.AmbiguousError, match=r"2 groups.*: 21 Arts / Library; 22 Science / Library\."):
        subjects.group(connection, "library")


@pytest.mark.parametrize("wanted", ["Phsyics", "nothing like it", "", "999"])
def test_an_unknown_group_is_told(connection: duckdb.DuckDBPyConnection, wanted: Any) -> None:
    with pytest.raises(UsageError, match=r"^There is no group '.*'[;:]"):
        subjects.group(connection, wanted)


def test_an_institution_is_found_or_told(connection: duckdb.DuckDBPyConnection) -> None:
    assert subjects.institution(connection, "northfield").headline["institution_id"] == 1
    assert subjects.institution(connection, "2").headline["institution_id"] == 2
    with pytest.raises(subjects.AmbiguousError, match=r"^There are 2 institutions: say which with an id: 1 University"):
        subjects.institution(connection)
    with pytest.raises(UsageError, match=r"^There is no institution 'x'; .*; there is|; there is 1 University"):
        subjects.institution(connection, "x")


def test_an_institution_brings_groups_types_and_years(connection: duckdb.DuckDBPyConnection) -> None:
    report = subjects.institution(connection, "1")
    assert column(report.rows, "group_id") == [10, 11, None, 20, 21, 22]
    assert [section.name for section in report.others] == ["item_types", "years"]
    assert report.others[0].rows == [("journal contribution", 3, 1.0, 2, 1_500_000, None, None)]
    assert report.others[1].rows == [(2020, 3, 2, 1_500_000)]


def test_top_authors_are_those_with_most_articles(connection: duckdb.DuckDBPyConnection) -> None:
    report = subjects.top_authors(connection, 2)
    assert column(report.rows, "author_id") == [2, 1]
    assert report.headline == {"author_count": 5, "orcid_author_count": 1}


def test_an_empty_warehouse_says_that_nothing_is_there(empty: Any) -> None:
    with pytest.raises(UsageError, match=r"^There is no institution in the published file yet\.$"):
        subjects.institution(empty)
    with pytest.raises(UsageError, match=r"^There is no author 'x': give"):
        subjects.author(empty, "x")
    with pytest.raises(UsageError, match="only with a token"):
        subjects.group(empty, "x")
    assert subjects.top_authors(empty).rows.rows == []
