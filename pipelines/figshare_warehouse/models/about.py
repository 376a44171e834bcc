"""The tables about the published file itself, from `sql/publish`."""

from __future__ import annotations

import re

from figshare_warehouse.models.sqlfiles import (
    INTERNAL,
    PUBLISHED,
    REPORT_SCHEMAS,
    REPORTS,
    View,
    read_comment,
    sql_folder,
)

_READS = re.compile(rf"\b(?:{'|'.join(REPORT_SCHEMAS)})\.[a-z_]+")
_PARAMETER = re.compile(r"\$(?P<name>[a-z_]+)")


def metadata_views() -> list[View]:
    """Returns the tables about the published file, by name."""
    return [metadata_view(relation.partition(".")[2]) for relation in sorted(PUBLISHED)]


def metadata_view(name: str, schema: str = REPORTS) -> View:
    """Returns one of them: `about` or `published_reports`; its text has `$` parameters.

    Args:
        name: its name.
        schema: `reports`, or `internal` for that of the internal file.
    """
    file = f"publish/internal/{name}.sql" if schema == INTERNAL else f"publish/{name}.sql"
    text = (sql_folder() / file).read_text(encoding="utf-8")
    comment = read_comment(text)
    columns = {note.name: note.description for note in comment.notes}
    key = comment.key.columns if comment.key else ()
    body = "\n".join(line for line in text.splitlines() if not line.startswith("--"))
    reads = tuple(sorted(set(_READS.findall(body))))
    return View(schema, name, f"sql/{file}", text, comment.paragraphs, columns, reads, key, "publish")


def no_facts(view: View) -> dict[str, object]:
    """Returns NULL for each of its parameters, to try it without a published file."""
    return dict.fromkeys(_PARAMETER.findall(view.text))
