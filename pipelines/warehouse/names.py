"""Names and texts inside statements, where no parameter can stand."""

from __future__ import annotations


def quoted(name: str) -> str:
    """Returns a name of a table, column or database as an identifier."""
    return '"' + name.replace('"', '""') + '"'


def literal(text: str) -> str:
    """Returns a text as a literal."""
    return "'" + text.replace("'", "''") + "'"
