"""The user's list of schools: a CSV that says which school a group or an author belongs to."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from figshare_warehouse.errors import UsageError

IDS = ("group_id", "author_id", "orcid")
COLUMNS = (*IDS, "school", "faculty")
SEPARATORS = (",", ";", "\t")
"""Comma: a standard CSV; semicolon: Excel where the comma is the decimal sign; tab: copied cells."""

_ID = re.compile(r"[0-9]{1,18}")
_ORCID = re.compile(r"(?:https?://(?:www\.)?orcid\.org/)?(\d{4})-?(\d{4})-?(\d{4})-?(\d{3}[\dX])/?", re.A | re.I)


@dataclass(slots=True)
class Mapped:
    """The result of loading a list of schools.

    Attributes:
        line_count: how many lines were loaded.
        found: kind → rows in `reports.schools_unmapped`, once that is known.
    """

    line_count: int
    found: dict[str, int] = field(default_factory=dict)


def read_schools(path: Path) -> list[dict[str, Any]]:
    """Returns the lines of a file as rows of the table `schools`.

    Args:
        path: a CSV in UTF-8, separated by commas, semicolons or tabs. Its first line names the columns in any order:
            `school`, one or several of `group_id`, `author_id`, `orcid`, and optionally `faculty`. Empty lines are
            skipped.

    Raises:
        UsageError: it cannot be read, or something in it is wrong; the message names the line.
    """
    lines = _lines(path)
    at, names = next(lines, (1, []))
    columns = _columns(path, at, names)
    rows: list[dict[str, Any]] = []
    said: dict[tuple[str, object], dict[str, Any]] = {}
    for line, values in lines:
        if len(values) > len(columns) and any(value.strip() for value in values[len(columns) :]):
            raise _error(path, line, f"has {len(values)} values, and the first line names {len(columns)} columns")
        row = _row(path, line, dict(zip(columns, values, strict=False)))
        for name in IDS:
            if row[name] is None:
                continue
            before = said.setdefault((name, row[name]), row)
            if any(before[of] != row[of] for of in ("school", "faculty")):
                raise _error(
                    path,
                    line,
                    f"puts {name} {row[name]} into {_place(row)}, and line {before['line']} puts it into "
                    f"{_place(before)}; keep one of the two",
                )
        rows.append(row)
    return rows


def _lines(path: Path) -> Iterator[tuple[int, list[str]]]:
    """Yields each line that is not blank, with its line number."""
    try:
        # With or without the byte order mark that Excel writes.
        text = path.read_bytes().decode("utf-8-sig")
    except OSError as error:
        raise UsageError(f"--schools {path} cannot be read: {error.strerror or error}.") from None
    except UnicodeDecodeError as error:
        line = error.object.count(b"\n", 0, error.start) + 1
        raise _error(path, line, "is not in UTF-8; save the file as `CSV UTF-8`") from None
    if "\0" in text:
        line = text.count("\n", 0, text.index("\0")) + 1
        raise _error(path, line, "holds the character NUL; save the file as `CSV UTF-8`")
    first = text.lstrip("\r\n").splitlines()[0] if text.strip() else ""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=max(SEPARATORS, key=first.count), strict=True)
    line = 1
    try:
        for values in reader:
            if any(value.strip() for value in values):
                yield line, values
            # A quoted value can span several lines.
            line = reader.line_num + 1
    except csv.Error as error:
        raise _error(path, line, f"is not a CSV ({error}); look for a quotation mark that is not closed") from None


def _columns(path: Path, line: int, names: list[str]) -> list[str]:
    columns = [name.strip().lower() for name in names]
    while columns and not columns[-1]:
        columns.pop()
    wanted = "name school and one or several of group_id, author_id and orcid, and faculty if you like"
    if unknown := [name for name in columns if name not in COLUMNS]:
        raise _error(path, line, f"has the unknown column '{_shown(unknown[0])}'; {wanted}")
    if twice := [name for name in COLUMNS if columns.count(name) > 1]:
        raise _error(path, line, f"names the column {twice[0]} twice; keep one of them")
    if "school" not in columns:
        raise _error(path, line, f"has no column school; {wanted}")
    if not set(IDS) & set(columns):
        raise _error(path, line, f"has no column group_id, author_id or orcid; {wanted}")
    return columns


def _row(path: Path, line: int, given: dict[str, str]) -> dict[str, Any]:
    # White space of any kind is not part of a name.
    texts = {name: " ".join(given.get(name, "").split()) or None for name in COLUMNS}
    row: dict[str, Any] = {"line": line, "school": texts["school"], "faculty": texts["faculty"]}
    for name in ("group_id", "author_id"):
        text = texts[name]
        if text is not None and not _ID.fullmatch(text):
            raise _error(path, line, f"has the {name} '{_shown(text)}', which is not a number; use Figshare's id")
        row[name] = None if text is None else int(text)
    row["orcid"] = None if texts["orcid"] is None else _orcid(path, line, texts["orcid"])
    if all(row[name] is None for name in IDS):
        raise _error(path, line, "has no group_id, author_id or orcid; add one, or delete the line")
    if row["school"] is None:
        raise _error(path, line, "has no school; add one, or delete the line")
    return row


def _orcid(path: Path, line: int, text: str) -> str:
    """An ORCID iD in its usual form; its last character is checked (ISO 7064 MOD 11-2)."""
    found = _ORCID.fullmatch(text)
    digits = "".join(found.groups()).upper() if found else ""
    total = 0
    for digit in digits[:-1]:
        total = (total + int(digit)) * 2
    if found is None or "0123456789X"[(12 - total % 11) % 11] != digits[-1]:
        raise _error(
            path, line, f"has the orcid '{_shown(text)}', which is not an ORCID iD; correct it, or delete the line"
        )
    return "-".join(digits[start : start + 4] for start in range(0, 16, 4))


def _place(row: dict[str, Any]) -> str:
    return f"'{_shown(row['school'])}'" + (f" of '{_shown(row['faculty'])}'" if row["faculty"] else "")


def _shown(text: str) -> str:
    kept = "".join(character if character.isprintable() else "?" for character in text)
    return kept if len(kept) <= 60 else kept[:59] + "…"


def _error(path: Path, line: int, what: str) -> UsageError:
    return UsageError(f"Line {line} of --schools {path} {what}.")
