"""What a warehouse remembers of work that need not be repeated: one text by subject, in the table `staging.memo`."""

from __future__ import annotations

import duckdb

from figshare_warehouse.database.names import literal

_COMMENTS = {
    "table staging.memo": "One row per kind of work that need not be repeated while nothing changed.",
    "column staging.memo.subject": "What the work is.",
    "column staging.memo.text": "What it was done with, as digests.",
}


def remembered(connection: duckdb.DuckDBPyConnection, subject: str) -> str | None:
    """Returns the text kept under a subject; None when there is none.

    Args:
        connection: the warehouse.
        subject: what the text is about.
    """
    try:
        row = connection.execute("select text from staging.memo where subject = ?", [subject]).fetchone()
    except duckdb.CatalogException:
        return None
    return str(row[0]) if row else None


def remember(connection: duckdb.DuckDBPyConnection, subject: str, text: str) -> None:
    """Keeps a text under a subject, in place of the last one.

    Args:
        connection: the warehouse, open for writing.
        subject: what the text is about.
        text: any text.
    """
    connection.execute("create schema if not exists staging")
    connection.execute("create table if not exists staging.memo (subject varchar, text varchar)")
    for what, comment in _COMMENTS.items():
        connection.execute(f"comment on {what} is {literal(comment)}")
    connection.execute("delete from staging.memo where subject = ?", [subject])
    connection.execute("insert into staging.memo values (?, ?)", [subject, text])
