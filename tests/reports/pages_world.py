"""Report tables that pages are made of, filled by hand. Institution 1, whose usage is complete to 15 March 2026:

    10 Science         101 "Light" by Ada (1): CC BY 4.0, 40 downloads, 100 views; linked funding of two funders
      11 Physics       102 "Dark" by Ada (1), Bo (2): CC BY 4.0, none downloaded, 7 views
                       103 no title, by Bo (2): licence and usage not known

Months: Jan (30 downloads, 60 views), none in Feb, Mar not complete (10 downloads, 47 views).
Countries: Germany 25/60, Monaco (which has no shape on the map) 3/-, not known to Figshare 12/40.
The search `light` finds 101 and 900, which is not the institution's.
"""

from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Any

import duckdb

HOSTILE = (
    "</script><script>document.title='owned'</script>\"><img src=x onerror=\"document.title='owned'\">\u202e\u2028"
)
READ = datetime(2026, 3, 16, 12)
AS_OF = datetime(2026, 3, 15, 6)


def reports_of(empty: duckdb.DuckDBPyConnection) -> duckdb.DuckDBPyConnection:
    """A database with the report tables of another, empty."""
    made = duckdb.connect(":memory:")
    for schema in ("reports", "operations"):
        made.execute(f"create schema {schema}")
    for (statement,) in empty.execute(
        "select sql from duckdb_tables() where schema_name in ('reports', 'operations') order by table_name"
    ).fetchall():
        made.execute(statement)
    return made


def insert(connection: duckdb.DuckDBPyConnection, report: str, *rows: Mapping[str, Any]) -> None:
    """Rows of a report; columns that are not named are NULL."""
    for row in rows:
        marks = ", ".join(f'? as "{name}"' for name in row)
        connection.execute(f"insert into reports.{report} by name select {marks}", list(row.values()))


def small(empty: duckdb.DuckDBPyConnection, hostile: bool = False) -> duckdb.DuckDBPyConnection:
    """The world described above; hostile: with texts and links that would do harm."""

    def said(text: str) -> str:
        return HOSTILE + text if hostile else text

    url = "javascript:document.title='owned'" if hostile else "https://northfield.example/articles/"
    c = reports_of(empty)
    whole = {"usage_known_ratio": 1.0, "usage_as_of": AS_OF}
    of_1: dict[str, Any] = {"institution_id": 1}
    insert(
        c,
        "institution_summary",
        of_1
        | whole
        | {"institution_name": said("Northfield"), "completed_at": READ, "article_count": 3, "file_count": 5}
        | {"size_bytes": 2_500_000, "author_count": 2, "orcid_author_count": 1, "group_count": 2, "views": 107}
        | {"downloads": 40, "embargoed_article_count": 0, "unloaded_article_count": 0},
    )
    sums = ("article_count_with_subgroups", "downloads_full", "views_full")
    for id_, name, parent, level, counts in (
        (10, "Science", None, 1, (3, 40, 107)),
        (11, "Physics", 10, 2, (2, 0, 7)),
    ):
        named = {"group_id": id_, "group_name": said(name), "parent_group_id": parent, "level": level}
        path = said("Science") if parent is None else f"{said('Science')} / {said(name)}"
        counted = dict(zip(sums, counts, strict=True)) | {"article_count": 1, "author_count_with_subgroups": 2}
        insert(c, "groups", of_1 | whole | named | {"path": path} | counted)
    articles = (
        (101, said("Light"), 10, "CC BY 4.0", 40, 100, date(2026, 1, 2)),
        (102, said("Dark"), 11, "CC BY 4.0", 0, 7, date(2026, 1, 3)),
        (103, None, 11, None, None, None, date(2026, 1, 4)),
    )
    for id_, title, group, license_, downloads, views, on in articles:
        row = {"article_id": id_, "title": title, "group_id": group, "license": license_, "published_on": on}
        row |= {
            "url": url + str(id_),
            "doi": f"10.5/{id_}" + ('"><b>' if hostile else ""),
            "item_type": said("dataset"),
        }
        row |= {"group_name": said("Science" if group == 10 else "Physics")}
        insert(c, "articles", of_1 | row | {"downloads": downloads, "views": views, "usage_as_of": AS_OF})
    # The licence of 103 is missing; whether it has an ORCID iD or a README is not known.
    care = {"has_license": True, "has_description": True, "has_categories": True, "has_keywords": True}
    care |= {"has_orcid": True, "has_funding": True, "has_references": False, "has_readme": True}
    for id_, title, group, lacks, missing, count in (
        (101, said("Light"), 10, {}, said("references"), 1),
        (102, said("Dark"), 11, {"has_orcid": False, "has_funding": False}, "orcid; funding; references", 3),
        (103, None, 11, {"has_license": False, "has_orcid": None, "has_readme": None}, "license; references", 2),
    ):
        row = {"article_id": id_, "title": title, "url": url + str(id_), "group_id": group}
        insert(
            c, "metadata_completeness", of_1 | row | care | lacks | {"missing_fields": missing, "missing_count": count}
        )
    for id_, name, orcid, count in ((1, "Ada", "0000-0002-1825-0097", 2), (2, "Bo", None, 2)):
        insert(
            c,
            "authors",
            whole
            | {
                "author_id": id_,
                "full_name": said(name),
                "orcid": orcid,
                "author_ids": str(id_),
                "article_count": count,
            }
            | {
                "name_variants": said(name),
                "coauthor_count": 1,
                "main_group_id": 10,
                "main_group_name": said("Science"),
            }
            | {"downloads_full": 40 if id_ == 1 else None, "views_full": 107 if id_ == 1 else 7},
        )
        other = {"coauthor_id": 3 - id_, "coauthor_name": said("Bo" if id_ == 1 else "Ada"), "article_count": 1}
        insert(c, "author_coauthors", {"author_id": id_} | other)
    for author, article in ((1, 101), (1, 102), (2, 102), (2, 103)):
        row = {"author_id": author, "article_id": article, "group_id": 10 if article == 101 else 11}
        row |= {"group_name": said("Science" if article == 101 else "Physics")}
        insert(c, "author_articles", of_1 | row | {"full_name": said("Ada" if author == 1 else "Bo")})
    scopes: tuple[tuple[str, int | None, str], ...] = (
        ("institution", None, "institution 1"),
        ("group_with_subgroups", 10, "institution 1 group 10 with subgroups"),
    )
    for scope, of_group, scope_id in scopes:
        about: dict[str, Any] = of_1 | {"scope": scope, "group_id": of_group, "scope_id": scope_id}
        insert(
            c, "licenses", about | {"license": "CC BY 4.0", "article_count": 2, "article_ratio": 2 / 3, "downloads": 40}
        )
        insert(c, "licenses", about | {"license": None, "article_count": 1, "article_ratio": 1 / 3})
        for item_type, count, downloaded in ((said("dataset"), 2, 40), (None, 1, None)):
            of_type: dict[str, Any] = {"article_count": count, "article_ratio": count / 3, "downloads": downloaded}
            insert(c, "item_types", {**about, **of_type, "item_type": item_type})
        for month, count, size in ((date(2025, 12, 1), 1, 5_000), (date(2026, 1, 1), 2, None)):
            row = {"published_month": month, "published_year": month.year, "article_count": count, "size_bytes": size}
            insert(c, "articles_published_by_month", about | row)
        for funder, kind in ((said("Trust"), "linked"), (said("Board"), "linked"), (None, "written")):
            insert(c, "funders", about | {"funder": funder, "funding_kind": kind, "article_count": 1, "downloads": 40})
    for position, funder in enumerate((said("Trust"), said("Board")), start=1):
        row = {"article_id": 101, "position": position, "funding_kind": "linked", "funder": funder}
        insert(c, "article_funding", row)
    for entity_type, entity_id in (("institution", 1), ("group", 10), ("author", 1), ("article", 101)):
        item = of_1 | {"entity_type": entity_type, "entity_id": entity_id}
        known = {"usage_known_ratio": 1.0, "usage_complete_to": date(2026, 3, 15)}
        months = ((date(2026, 1, 1), 30, 60), (date(2026, 3, 1), 10, 47))
        for month, downloads, views in months:
            insert(
                c, "usage_by_month", item | known | {"month": month, "downloads_full": downloads, "views_full": views}
            )
        if entity_type != "author":
            countries = (("DE", "Germany", 25, 60), ("MC", "Monaco", 3, None), (None, "Unknown", 12, 40))
            for code, name, downloads, views in countries:
                row = {"country_code": code, "country": name, "downloads": downloads, "views": views}
                insert(c, "usage_by_country", item | {"month": date(2026, 1, 1)} | row)
    _first_article(c, said, url)
    insert(
        c,
        "search_summary",
        {"search": "light", "search_for": ":title: light", "completed_at": READ, "found_article_count": 2}
        | {
            "unloaded_article_count": 0,
            "article_count": 2,
            "group_article_count": 1,
            "listed_article_count": 1,
            "views": 100,
        }
        | {"downloads": 40, "usage_known_ratio": 0.5, "usage_as_of": AS_OF},
    )
    for id_, found in ((101, True), (900, True), (901, False)):
        used = {"views": 100, "downloads": 40} if id_ == 101 else {}
        row = {"search": "light", "article_id": id_, "title": said(f"Found {id_}"), "is_found": found}
        insert(c, "search_results", row | {"published_on": date(2026, 1, id_ % 10 + 1), "url": url + str(id_)} | used)
    return c


def long(empty: duckdb.DuckDBPyConnection) -> duckdb.DuckDBPyConnection:
    """The small world with 297 more items, 40 more groups, 150 more authors and funders, and 100 countries."""
    c = small(empty)
    of_1: dict[str, Any] = {"institution_id": 1}
    words = "Questionnaire on folk song transcriptions in the Murray-Darling basin: sleep quality by RNA sequencing"
    for place in range(297):
        named = {"article_id": 200 + place, "title": f"{words}, part {place}", "item_type": "conference contribution"}
        named |= {"doi": f"10.5072/northfield.{20_000_000 + place}.v1", "license": "CC BY-NC-ND 4.0", "group_id": 10}
        named |= {"group_name": "Faculty of Arts & Humanities", "url": f"https://northfield.example/articles/{place}"}
        used = {"published_on": date(2025, 1, 1), "downloads": 1_234_567 - place, "views": 12_345_678 - place}
        insert(c, "articles", of_1 | named | used)
        care = {"article_id": 200 + place, "title": f"{words}, part {place}", "group_id": 10, "has_orcid": False}
        lacks = "description; categories; keywords; orcid; funding; references; readme"
        insert(c, "metadata_completeness", of_1 | care | {"missing_fields": lacks, "missing_count": 7})
    for place in range(150):
        counts = {"article_count": 1_008, "downloads_full": 1_234_567, "views_full": 12_345_678}
        person = {"author_id": 100 + place, "full_name": f"Amara van-der-Berg-Lindqvist {place}"}
        insert(c, "authors", person | counts | {"orcid": "0000-0002-1825-0097"})
        insert(c, "author_articles", of_1 | person | {"article_id": 200 + place, "group_id": 10})
        funder = f"Royal Society of the Northern Fields for Arts, Letters and Wellbeing, board {place}"
        for scope_id in ("institution 1", "institution 1 group 10 with subgroups"):
            about = {"scope_id": scope_id, "funder": funder, "funding_kind": "linked"}
            insert(c, "funders", of_1 | about | {"article_count": 1_008, "downloads": 1_234_567})
    for place in range(25):
        scope = {"scope_id": "institution 1", "article_count": 1_234_567 - place}
        type_ = {"item_type": f"conference contribution {place}", "article_ratio": 0.01, "downloads": 1_234_567}
        insert(c, "item_types", of_1 | scope | type_)
        month = date(1990 + place, 1, 1)
        row = {"published_month": month, "published_year": month.year, "file_count": 12_345, "size_bytes": 10**12}
        insert(c, "articles_published_by_month", of_1 | scope | row)
    for place in range(40):
        name = f"School of Computing and of Civil Engineering {place}"
        row = {"group_id": 100 + place, "group_name": name, "parent_group_id": 11, "level": 3, "path": name}
        counts = {"article_count_with_subgroups": 1_008, "downloads_full": 1_234_567, "views_full": 12_345_678}
        insert(c, "groups", of_1 | row | counts)
    for place in range(100):
        row = {"country": f"Land {place}", "downloads": 1_234_567, "views": 12_345_678, "month": date(2026, 1, 1)}
        insert(c, "usage_by_country", of_1 | {"entity_type": "institution", "entity_id": 1} | row)
    return c


def _first_article(c: duckdb.DuckDBPyConnection, said: Callable[[str], str], url: str) -> None:
    """What only the page of one article shows."""
    of_101 = {"article_id": 101}
    insert(c, "article_main", of_101 | {"usage_complete_to": date(2026, 3, 15)})
    affiliated = {"full_name": said("Ada"), "orcid": "0000-0002-1825-0097", "affiliations": said("Northfield")}
    insert(c, "article_authors", of_101 | {"position": 1} | affiliated)
    file = {"file_name": said("light.csv"), "size_bytes": 1000, "md5": said("c0ffee"), "download_url": url}
    insert(c, "article_files", of_101 | {"position": 1} | file)
    insert(c, "article_versions", of_101 | {"version": 1, "published_on": date(2026, 1, 2), "url": url})
    change = {"kind": "changed", "field": said("title"), "old_value": said("Lite"), "new_value": said("Light")}
    insert(c, "changes", of_101 | {"changed_at": READ} | change)
