"""The reports on an author, a group, an institution or a search. Reads the published file only."""

from __future__ import annotations

import re
from collections.abc import Callable

import duckdb

from figshare_warehouse.errors import UsageError
from figshare_warehouse.models import queries
from figshare_warehouse.reports.report import Report, Section, Value
from figshare_warehouse.reports.text import harmless, quoted

_ORCID = re.compile(r"(?:https?://)?(?:www\.)?(?:orcid\.org/|orcid:)?((?:\d{4}-?){3}\d{3}[\dX])/?", re.IGNORECASE)
_CANDIDATES = 10

_ARTICLES = {
    "published_on": "Published",
    "title": "Title",
    "views": "Views",
    "downloads": "Downloads",
    "doi": "DOI",
    "item_type": "Item type",
}
_SUMS = {
    "article_count": "Articles",
    "views": "Views",
    "downloads": "Downloads",
    "file_count": "Files",
    "size_bytes": "Size",
}
_GROUP_SUMS = {
    "article_count_with_subgroups": "Articles",
    "views_full": "Views",
    "downloads_full": "Downloads",
    "file_count_with_subgroups": "Files",
    "size_bytes_with_subgroups": "Size",
    "author_count_with_subgroups": "Authors",
}

_KNOWN = "Articles with known usage"
_AS_OF = "Usage as of (UTC)"

Row = dict[str, Value]


class AmbiguousError(UsageError):
    """A name that fits several.

    Attributes:
        candidates: the rows that it can mean, the likeliest first.
    """

    def __init__(self, message: str, candidates: list[Row]) -> None:
        super().__init__(message)
        self.candidates = candidates


def author(connection: duckdb.DuckDBPyConnection, wanted: str) -> Report:
    """Returns one person and their articles, the latest first.

    Args:
        connection: the published file.
        wanted: a name, in whole or in part (capitals and accents do not matter, `Doe, Jane` is `Jane Doe`), an ORCID
            iD in any form, or a Figshare author id.

    Raises:
        AmbiguousError: the name is that of several people.
        UsageError: there is no such person.
    """
    found = _find_authors(connection, wanted)
    if len(found) != 1:
        raise AmbiguousError(several(wanted, "people", found, _author_words, "an id or ORCID iD"), found)
    (row,) = found
    articles = _section(connection, "Articles", _ARTICLES, "author_articles", author_id=row["author_id"])
    labels = {
        "orcid": "ORCID iD",
        "author_ids": "Figshare ids",
        "name_variants": "Written as",
        "article_count": "Articles",
        "first_published_on": "First published",
        "last_published_on": "Last published",
        "coauthor_count": "Coauthors",
        "main_group_name": "Main group",
        **_usage("_full"),
        **_cited(row),
    }
    return Report("author", str(row["full_name"] or f"Author {row['author_id']}"), row, labels, articles)


def group(connection: duckdb.DuckDBPyConnection, wanted: str) -> Report:
    """Returns one group, the groups below it, and the articles of them all, the latest first.

    Args:
        connection: the published file.
        wanted: a Figshare group id, or a name in whole or in part; a path (`Science / Physics`) distinguishes groups of
            the same name.

    Raises:
        AmbiguousError: the name is that of several groups.
        UsageError: there is no such group.
    """
    columns, rows = queries.table(connection, "select/groups")
    groups = [dict(zip(columns, row, strict=True)) for row in rows]
    found = _find_groups(connection, wanted, groups)
    if len(found) != 1:
        raise AmbiguousError(several(wanted, "groups", found, _group_words, "an id"), found)
    (row,) = found
    places = below(row, groups)
    inside = [line for line, known in zip(rows, groups, strict=True) if _place(known) in places]
    shown = {"group_id": "Id", "group_name": "Group"} | _GROUP_SUMS
    # Only the institution's list of groups has the subgroups.
    is_placed = row["level"] is not None
    subgroups = Section("subgroups", "Subgroups", columns, inside, shown)
    ids = [row["group_id"], *(id_ for _, id_ in places)]
    whose = row["institution_id"]
    articles = _section(connection, "Articles", _ARTICLES, "group_articles", institution_id=whose, group_ids=ids)
    labels = (
        {"group_id": "Figshare id", "path": "Path", "article_count": "Articles in it"}
        | {
            name: f"{label} with subgroups" if is_placed else f"{label}, subgroups not known"
            for name, label in _GROUP_SUMS.items()
        }
        | {"usage_known_ratio": _KNOWN, "usage_as_of": _AS_OF}
        | _cited(row)
    )
    title = str(row["group_name"] or f"Group {row['group_id']}")
    return Report("group", title, row, labels, articles, (subgroups,) if is_placed else ())


def institution(connection: duckdb.DuckDBPyConnection, wanted: str | None = None) -> Report:
    """Returns one institution: its summary, its groups, its item types and its years.

    Args:
        connection: the published file.
        wanted: a Figshare institution id, or a name in whole or in part; optional when there is only one.

    Raises:
        AmbiguousError: there are several.
        UsageError: there is no such institution.
    """
    everything = queries.rows(connection, "select/institutions")
    found = _matching(everything, wanted, "institution_id", ("institution_name",)) if wanted else everything
    if not wanted:
        # An institution without articles, perhaps loaded by mistake, does not count.
        found = [row for row in everything if row["article_count"]] or everything
    if not found:
        there = "; ".join(_institution_words(row) for row in everything[:_CANDIDATES])
        what = f"no institution {quoted(wanted)}" if wanted else "no institution"
        raise UsageError(f"There is {what} in the published file{'; there is ' + there if there else ' yet'}.")
    if len(found) != 1:
        raise AmbiguousError(several(wanted, "institutions", found, _institution_words, "an id"), found)
    (row,) = found
    id_ = row["institution_id"]
    shown = {"group_id": "Id", "group_name": "Group"} | _GROUP_SUMS | {"level": "Level"}
    groups = _section(connection, "Groups", shown, "institution_groups", institution_id=id_)
    shown = {"item_type": "Item type"} | _SUMS
    types = _section(connection, "Item types", shown, "item_types", "item_types", scope_id=f"institution {id_}")
    shown = {"published_year": "Year"} | _SUMS
    years = _section(connection, "Years", shown, "years", "years", scope_id=f"institution {id_}")
    labels = {
        "institution_id": "Figshare id",
        "completed_at": "Listing as of (UTC)",
        "article_count": "Articles",
        "unloaded_article_count": "Still to be read",
        "file_count": "Files",
        "size_bytes": "Size",
        "author_count": "Authors",
        "orcid_author_ratio": "Authors with ORCID iD",
        "embargoed_article_count": "Under embargo",
        "metadata_record_count": "Metadata only",
        "publication_article_count": "Linked to a publication",
        "first_published_on": "First published",
        "last_published_on": "Last published",
        **_usage(),
        **_cited(row),
    }
    title = str(row["institution_name"] or f"Institution {id_}")
    return Report("institution", title, row, labels, groups, (types, years))


def search(connection: duckdb.DuckDBPyConnection, wanted: str) -> Report:
    """Returns one named search and what it finds, the latest first.

    Args:
        connection: the published file.
        wanted: the search's name, in whole or in part.

    Raises:
        AmbiguousError: it is part of the names of several.
        UsageError: there is no such search.
    """
    everything = queries.rows(connection, "select/searches")
    found = _matching(everything, wanted, None, ("search",))
    if not found:
        names = "; ".join(map(_search_words, everything[:_CANDIDATES]))
        there = f"there is {names}" if names else "`figshare-warehouse refresh --search NAME=QUERY` loads one"
        raise UsageError(f"There is no search {quoted(wanted)}: {there}.")
    if len(found) != 1:
        raise AmbiguousError(several(wanted, "searches", found, _search_words, "its whole name"), found)
    (row,) = found
    articles = _section(connection, "Articles", _ARTICLES, "search_results", search=row["search"])
    labels = {
        "search_for": "Looks for",
        "completed_at": "Read to its end (UTC)",
        "found_article_count": "Articles found",
        "unloaded_article_count": "Still to be read",
        "group_article_count": "In an institution's group",
        "listed_article_count": "Listed by this repository",
        "host_count": "Web sites",
    }
    return Report("search", str(row["search"]), row, labels, articles)


def top_authors(connection: duckdb.DuckDBPyConnection, limit: int = 10) -> Report:
    """Returns the people with the most articles.

    Args:
        connection: the published file.
        limit: how many at most.
    """
    shown = {
        "full_name": "Author",
        "article_count": "Articles",
        "orcid": "ORCID iD",
        "downloads_full": "Downloads",
        "last_published_on": "Latest",
        "main_group_name": "Main group",
    }
    rows = _section(connection, "", shown, "top_authors", most=limit)
    [headline] = queries.rows(connection, "select/author_counts")
    labels = {"author_count": "Authors in all", "orcid_author_count": "With ORCID iD"}
    return Report("top_authors", "Authors with the most articles", headline, labels, rows)


def _usage(end: str = "") -> dict[str, str]:
    """The figures on usage, with how much is known of them."""
    return {f"views{end}": "Views", f"downloads{end}": "Downloads", "usage_known_ratio": _KNOWN, "usage_as_of": _AS_OF}


def _cited(row: Row) -> dict[str, str]:
    """The figures on citations, where any are known."""
    known = {"citations": "Citations (DataCite)", "citations_as_of": "Citations as of (UTC)"}
    return {} if row["citations"] is None else known


def _find_authors(connection: duckdb.DuckDBPyConnection, wanted: str) -> list[Row]:
    text = " ".join(wanted.split())
    asked: Row = {"orcid": None, "author_id": None, "name": None}
    if orcid := orcid_in(text):
        text = asked["orcid"] = orcid
    elif text.isdecimal():
        asked["author_id"] = str(int(text))
    else:
        last, comma, first = text.partition(",")
        asked["name"] = (f"{first.strip()} {last.strip()}" if comma and first.strip() else text) or None
    if found := queries.rows(connection, "select/authors", **asked):
        return found
    near = queries.rows(connection, "select/authors_near", wanted=text)
    if near:
        raise UsageError(f"There is no author {quoted(wanted)}; near it: {'; '.join(map(_author_words, near))}.")
    raise UsageError(f"There is no author {quoted(wanted)}: give a name, an ORCID iD or a Figshare author id.")


def _find_groups(connection: duckdb.DuckDBPyConnection, wanted: str, rows: list[Row]) -> list[Row]:
    groups = [row for row in rows if row["group_id"] is not None]
    if found := _matching(groups, wanted, "group_id", ("group_name", "path")):
        return found
    near = queries.rows(connection, "select/groups_near", wanted=wanted)
    if near:
        raise UsageError(f"There is no group {quoted(wanted)}; near it: {'; '.join(map(_group_words, near))}.")
    unnamed = "; names of groups are known only with a token, or from `refresh --group-names FILE.csv`"
    why = "" if any(row["group_name"] for row in groups) else unnamed
    raise UsageError(f"There is no group {quoted(wanted)}: give a Figshare group id or a name{why}.")


def _matching(rows: list[Row], wanted: str, id_: str | None, names: tuple[str, ...]) -> list[Row]:
    """The rows with this id, otherwise with exactly this name, otherwise with this in a name."""
    text = " ".join(wanted.split()).casefold()
    if id_ and text.isdecimal() and (found := [row for row in rows if row[id_] == int(text)]):
        return found
    values = [[str(row[name]).casefold() for name in names if row[name] is not None] for row in rows]
    exact = [row for row, known in zip(rows, values, strict=True) if text in known]
    # Only in the first column, the plain name: a path has the names of all groups above.
    return exact or [row for row, known in zip(rows, values, strict=True) if text and known and text in known[0]]


def _place(row: Row) -> tuple[Value, Value]:
    return row["institution_id"], row["group_id"]


def below(top: Row, groups: list[Row]) -> set[tuple[Value, Value]]:
    """Returns the institution and id of every group below one, also where parents form a circle.

    Args:
        top: the group, a row of `reports.groups`.
        groups: those of all groups.
    """
    found: set[tuple[Value, Value]] = set()
    waiting = [_place(top)]
    while waiting:
        above = waiting.pop()
        children = {_place(row) for row in groups if (row["institution_id"], row["parent_group_id"]) == above}
        new = children - found - {_place(top)}
        found |= new
        waiting += new
    return found


def orcid_in(text: str) -> str | None:
    """Returns the ORCID iD that a text is, in any form, as 0000-0000-0000-000X; None where it is none."""
    if not (found := _ORCID.fullmatch(text)):
        return None
    digits = found[1].replace("-", "").upper()
    return "-".join(digits[start : start + 4] for start in range(0, 16, 4))


def several(wanted: str | None, what: str, rows: list[Row], words: Callable[[Row], str], how: str) -> str:
    """Returns a sentence that says which rows a name can mean.

    Args:
        wanted: the name; None where none was given.
        what: what the rows are, such as `people`.
        rows: what it can mean, the likeliest first.
        words: names one of them.
        how: what tells them apart, such as `an id`.
    """
    listed = "; ".join(words(row) for row in rows[:_CANDIDATES])
    more = f"; and {len(rows) - _CANDIDATES:,} more" if len(rows) > _CANDIDATES else ""
    whose = f"{quoted(wanted)} can be {len(rows):,} {what}" if wanted else f"There are {len(rows):,} {what}"
    return f"{whose}: say which with {how}: {listed}{more}."


def _author_words(row: Row) -> str:
    orcid = f", {row['orcid']}" if row["orcid"] else ""
    name = harmless(str(row["full_name"] or "(no name)"))
    return f"{row['author_id']} {name}{orcid} ({_counted(row['article_count'])})"


def _counted(count: Value) -> str:
    return "1 article" if count == 1 else f"{count:,} articles"


def _group_words(row: Row) -> str:
    return f"{row['group_id']} {harmless(str(row['path'] or row['group_name'] or '(no name)'))}"


def _institution_words(row: Row) -> str:
    return f"{row['institution_id']} {harmless(str(row['institution_name'] or '(no name)'))}"


def _search_words(row: Row) -> str:
    return quoted(str(row["search"]))


def _section(
    connection: duckdb.DuckDBPyConnection,
    title: str,
    shown: dict[str, str],
    query: str,
    name: str = "rows",
    **parameters: object,
) -> Section:
    columns, rows = queries.table(connection, f"select/{query}", **parameters)
    # NULL means none here: an article without a DOI, and the row of the articles in no group.
    return Section(name, title, columns, rows, shown, {"doi": "none", "group_id": "none"})
