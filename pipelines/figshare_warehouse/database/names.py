"""Names and texts inside statements, where no parameter can stand."""

from __future__ import annotations

SNAPSHOT = "figshare_warehouse_snapshot"
"""What the reports are computed in is called among a connection's databases."""

NEW = "figshare_warehouse_published"
"""What the file that is being published is called among them."""


def quoted(name: str) -> str:
    """Returns a name of a table, column or database as an identifier."""
    return '"' + name.replace('"', '""') + '"'


def literal(text: str) -> str:
    """Returns a text as a literal."""
    return "'" + text.replace("'", "''") + "'"
