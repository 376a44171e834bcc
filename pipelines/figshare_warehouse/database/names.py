"""Quoting of names and texts in SQL statements, where parameters are not possible."""

from __future__ import annotations

SNAPSHOT = "figshare_warehouse_snapshot"
"""Name of the attached database in which the reports are computed."""

NEW = "figshare_warehouse_published"
"""Name of the attached database that is being published."""


def quoted(name: str) -> str:
    """Returns the name of a table, column or database as a quoted identifier."""
    return '"' + name.replace('"', '""') + '"'


def literal(text: str) -> str:
    """Returns a text as a quoted literal."""
    return "'" + text.replace("'", "''") + "'"
