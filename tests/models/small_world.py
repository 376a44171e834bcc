"""A warehouse small enough to count by hand. Institution 1, whose listing was read to its end in refresh `r2`:

    10 Science          101 in Physics: Jane Doe (1, ORCID iD), John Smith (2); two files; also in Physics' own listing
      11 Physics        102 in Optics: J. Doe (3, the same ORCID iD), another John Smith (4); a metadata record
        12 Optics       103 in no group: Jane A. Doe (1); embargoed; its response had no list of files
    13 Arts (empty)     104 loaded, last listed in `r1`, found withdrawn since.   105 listed, not loaded yet.

Institution 2's listing was never read to its end, though it showed article 201, which is loaded.
"""

from datetime import datetime
from typing import Any

import duckdb

from tests.support import empty_warehouse, insert

ORCID = "0000-0002-1825-0097"
READ = datetime(2026, 11, 1, 12, 30)
WITHDRAWN = datetime(2026, 11, 2)


def article(connection: duckdb.DuckDBPyConnection, id_: int, authors: list[tuple[Any, ...]], **values: Any) -> None:
    """One loaded article with its authors, each (id, name, ORCID iD as given)."""
    defaults = {"title_text": f"Title {id_}", "defined_type_name": "dataset", "fetched_at": READ}
    insert(connection, "articles", article_id=id_, author_count=len(authors), **defaults | values)
    for position, (author_id, name, orcid) in enumerate(authors, start=1):
        row = {"author_id": author_id, "full_name": name, "orcid_id": orcid}
        insert(connection, "article_authors", article_id=id_, position=position, **row)


def listing(connection: duckdb.DuckDBPyConnection, name: str, refresh_id: str = "r2", **values: Any) -> None:
    """One listing, read to its end."""
    insert(connection, "listings", listing=name, refresh_id=refresh_id, **{"completed_at": READ} | values)


def listed(connection: duckdb.DuckDBPyConnection, name: str, *ids: int, refresh_id: str = "r2") -> None:
    """Articles that a listing showed."""
    for id_ in ids:
        insert(connection, "listed_articles", listing=name, article_id=id_, refresh_id=refresh_id)


def changed(
    connection: duckdb.DuckDBPyConnection,
    article_id: int,
    field: str,
    old: Any,
    new: Any,
    at: datetime,
    old_read_at: Any,
) -> None:
    """One field of an article that was found changed."""
    row = {"article_id": article_id, "field": field, "changed_at": at, "old_read_at": old_read_at, "refresh_id": "r2"}
    insert(connection, "article_changes", **row, old_value=old, new_value=new)


def small_world() -> duckdb.DuckDBPyConnection:
    """The warehouse described above."""
    connection = empty_warehouse()
    insert(connection, "institutions", id=1, name="Uni", domain="uni.edu")
    for id_, name, parent in ((10, "Science", 0), (11, "Physics", 10), (12, "Optics", 11), (13, "Arts", 0)):
        insert(connection, "groups", id=id_, name=name, parent_id=parent, institution_id=1)
    insert(connection, "licenses", value=1, name="CC BY 4.0")
    listing(connection, "institution 1", institution_id=1)
    listing(connection, "institution 1 group 11", institution_id=1, group_id=11, completed_at=datetime(2026, 10, 1))
    listed(connection, "institution 1", 101, 102, 103, 105)
    listed(connection, "institution 1 group 11", 101)
    listed(connection, "institution 1", 104, refresh_id="r1")
    insert(
        connection,
        "withdrawals",
        article_id=104,
        withdrawn_at=WITHDRAWN,
        reason="gone from the listing",
        checked_at=WITHDRAWN,
    )
    listed(connection, "institution 2", 201)
    _articles(connection)
    return connection


def _articles(connection: duckdb.DuckDBPyConnection) -> None:
    article(
        connection,
        101,
        [(1, "Jane Doe", ORCID), (2, "John\u00a0 Smith ", "")],
        title_text="Light",
        doi="10.1/light",
        handle="",
        figshare_url="https://figshare.com/101",
        group_id=11,
        license_value=1,
        license_name="CC BY",
        timeline_first_online=datetime(2019, 12, 31, 23, 59),
        timeline_posted=datetime(2020, 1, 2),
        published_date=datetime(2020, 1, 5),
        created_date=datetime(2020, 1, 6),
        modified_date=datetime(2020, 1, 7),
        timeline_revision=datetime(2020, 1, 8),
        timeline_submission=datetime(2019, 11, 1),
        timeline_publisher_acceptance=datetime(2019, 12, 1),
        timeline_publisher_publication=datetime(2019, 12, 2),
        version=2,
        size=3000,
        file_count=2,
        funding="free text",
        resource_doi="",
        resource_title="",
        is_embargoed=False,
        embargo_date=datetime(2019, 1, 1),
        embargo_type="file",
        is_metadata_record=False,
        has_linked_file=False,
        download_disabled=False,
    )
    for position, tag in enumerate(("x", "a, b", "x"), start=1):
        insert(connection, "article_tags", article_id=101, position=position, tag=tag)
    for position, (id_, title) in enumerate(((7, "Physics"), (8, "Optics"), (9, "Physics")), start=1):
        insert(connection, "article_categories", article_id=101, position=position, category_id=id_, title=title)
    funding = ((21, "Grant A", "A1", "ARC"), (22, "By hand", "", None), (23, "Grant B", None, "ARC"))
    for position, (id_, title, code, funder) in enumerate(funding, start=1):
        row = {"funding_id": id_, "title": title, "grant_code": code, "funder_name": funder}
        insert(connection, "article_funding", article_id=101, position=position, **row)
    article(
        connection,
        102,
        [(4, "John Smith", None), (3, "J. Doe", f"https://orcid.org/{ORCID}")],
        doi="",
        url_public_html="https://figshare.com/a/102",
        defined_type=8,
        defined_type_name=None,
        group_id=12,
        license_value=1,
        license_name="CC BY 4.0",
        published_date=datetime(2021, 5, 1, 8),
        size=0,
        file_count=0,
        is_metadata_record=True,
    )
    insert(connection, "item_types", id=8, name="Thesis")
    related = {"relation": "IsSupplementTo", "identifier_type": "DOI", "identifier": "10.1/paper", "title": ""}
    insert(connection, "article_related_materials", article_id=102, position=1, **related)
    article(
        connection,
        103,
        [(1, "Jane A. Doe", None), (None, "A Stranger", None)],
        url="https://api.figshare.com/v2/articles/103",
        group_id=0,
        license_value=5,
        license_name="Own",
        timeline_posted=datetime(2022, 7, 1),
        resource_doi="https://doi.org/10.1/abc",
        resource_title="Paper",
        funding="free text",
        is_embargoed=True,
        embargo_date=datetime(2030, 1, 1),
        embargo_type="file",
    )
    article(connection, 104, [(1, "Jane Withdrawn", ORCID), (5, "Gone", None)], group_id=11, file_count=9, size=9)
    article(connection, 201, [(6, "Elsewhere", None)], group_id=20, file_count=1, size=1)


def rows(connection: duckdb.DuckDBPyConnection, query: str) -> list[dict[str, Any]]:
    """The rows of a query as dictionaries."""
    cursor = connection.execute(query)
    names = [column[0] for column in cursor.description]
    return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
