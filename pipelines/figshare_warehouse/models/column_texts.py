"""What columns mean that several views have: `sql/fields.md`. A view's file says only what differs."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from figshare_warehouse.models.lineage import Parsed, output_names
from figshare_warehouse.models.sqlfiles import ColumnNote, Problem

FIELDS = "fields.md"

_FIELD = re.compile(r"- (?P<name>[a-z][a-z0-9_]*): (?P<text>\S.*)")


def read_fields(folder: Path) -> tuple[dict[str, str], list[Problem]]:
    """Returns the texts by column, and what is wrong with the file.

    Args:
        folder: the `sql` folder; it need not have the file.
    """
    path = folder / FIELDS
    if not path.is_file():
        return {}, []
    texts: dict[str, str] = {}
    problems = []
    name = ""
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        if field := _FIELD.fullmatch(line):
            name = field["name"]
            if name in texts:
                problems.append(Problem(f"{folder.name}/{FIELDS}", number, f"column `{name}` is described twice"))
            texts[name] = field["text"]
        elif name and line.startswith("  "):
            texts[name] += f" {line.strip()}"
        elif name and line:
            message = "this line is neither `- name: description` nor the continuation of one"
            problems.append(Problem(f"{folder.name}/{FIELDS}", number, message))
    return texts, problems


def inherit(item: Parsed, texts: Mapping[str, str]) -> Parsed:
    """Returns the file with a text for each column that it does not describe itself, in the order of its columns.

    Args:
        item: the file.
        texts: as from `read_fields`.
    """
    described = {note.name: note for note in item.sql.notes}
    # A problem of an inherited text is one of the file's last line about columns.
    line = max([note.line for note in item.sql.notes], default=item.sql.key.line if item.sql.key else 1)
    notes = []
    for name in dict.fromkeys(output_names(item.query)):
        if note := described.pop(name, None):
            notes.append(note)
        elif name in texts:
            notes.append(ColumnNote(name, texts[name], line))
    return replace(item, sql=replace(item.sql, notes=(*notes, *described.values())))
