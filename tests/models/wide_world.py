"""The small world with what articles hold, and a search. What it adds, besides what small_world.py says:

    101  files data.CSV (1,000 bytes) and README.txt (2,000); description of 8 characters; a reference; custom fields
         Ethics = Yes, Sites = [A, B], and an empty `ethics`. It has the tags x and `a, b`, the categories Physics
         (twice, of two taxonomies) and Optics, the linked grants A (21) and B (23) of ARC and one written by hand.
    102  tag X, category Physics, grant A with its address; description of 100 characters; custom field Ethics = [No]
    103  nothing: its response had none of the lists; funding only as the old free text

The search `Uni` finds 101, 301 (loaded, in group 77 of another institution's portal, one linked file, category Optics,
authors Jane (1) under another name and a John Smith (9)) and 302 (not loaded, in no group); it found 303 once.
"""

from datetime import datetime

import duckdb

from figshare_warehouse.models import views
from tests.models.small_world import READ, article, listing, small_world
from tests.support import insert

CHILDREN = ("category", "tag", "file", "funding", "reference", "related_material", "custom_field")


def wide_world() -> duckdb.DuckDBPyConnection:
    """The warehouse described above."""
    connection = small_world()
    _first(connection)
    _second(connection)
    _search(connection)
    views.build(connection)  # once more: the views that follow the custom fields
    return connection


def _counts(connection: duckdb.DuckDBPyConnection, id_: int, *counts: int) -> None:
    values = ", ".join(f"{child}_count = {count}" for child, count in zip(CHILDREN, counts, strict=True))
    connection.execute(f"update figshare.articles set {values} where article_id = {id_}")


def _first(connection: duckdb.DuckDBPyConnection) -> None:
    connection.execute("update figshare.articles set description = '<p>Hi&nbsp; there</p>' where article_id = 101")
    _counts(connection, 101, 3, 3, 2, 3, 1, 0, 3)
    files = ((1001, "data.CSV", 1000, "text/csv"), (1002, "README.txt", 2000, None))
    for position, (id_, name, size, mimetype) in enumerate(files, start=1):
        row = {"file_id": id_, "name": name, "size": size, "mimetype": mimetype, "is_link_only": False}
        insert(connection, "article_files", article_id=101, position=position, download_url=f"https://f/{id_}", **row)
    insert(connection, "article_references", article_id=101, position=1, reference="https://doi.org/10.5/ref")
    for position, of, name in ((3, 2, "Southmoor College"), (2, 2, " Northfield "), (1, 1, " ")):
        row = {"author_position": of, "name": name}
        insert(connection, "article_author_affiliations", article_id=101, position=position, **row)
    fields = (("Ethics", '"Yes"', "text"), ("Sites", '["A", " B ", ""]', "dropdown"), ("ethics", '""', None))
    for position, (name, value, kind) in enumerate(fields, start=1):
        row = {"name": name, "value": value, "field_type": kind}
        insert(connection, "article_custom_fields", article_id=101, position=position, **row)


def _second(connection: duckdb.DuckDBPyConnection) -> None:
    connection.execute(f"update figshare.articles set description = '<p>{'a' * 100}</p>' where article_id = 102")
    _counts(connection, 102, 1, 1, 0, 1, 0, 1, 1)
    insert(connection, "article_tags", article_id=102, position=1, tag=" X ")
    insert(connection, "article_categories", article_id=102, position=1, category_id=7, title="Physics")
    grant = {"funding_id": 21, "title": "Grant A", "grant_code": "A1", "funder_name": "ARC", "is_user_defined": False}
    insert(connection, "article_funding", article_id=102, position=1, url="https://g/A1", **grant)
    field = {"name": " Ethics\n", "value": '["No"]', "field_type": "text", "is_mandatory": True}
    insert(connection, "article_custom_fields", article_id=102, position=1, **field)


def _search(connection: duckdb.DuckDBPyConnection) -> None:
    listing(connection, "search Uni", search="Uni", search_for=':institution: "Uni"')
    for id_, group, left_at in ((101, 11, None), (301, 77, None), (302, 0, None), (303, 5, datetime(2026, 10, 1))):
        row = {"group_id": group, "left_at": left_at, "refresh_id": "r2"}
        insert(connection, "listed_articles", listing="search Uni", article_id=id_, **row)
    article(
        connection,
        301,
        [(1, "Jane Elsewhere", None), (9, "John Smith", None)],
        url_public_html="https://Other.figshare.com/articles/x/301",
        group_id=77,
        license_value=1,
        published_date=datetime(2021, 5, 20),
        size=0,
        file_count=1,
        category_count=1,
    )
    row = {"file_id": 3001, "name": "x.tar.gz", "size": 0, "is_link_only": True}
    insert(connection, "article_files", article_id=301, position=1, **row)
    insert(connection, "article_categories", article_id=301, position=1, category_id=8, title="Optics")


__all__ = ["READ", "wide_world"]
