"""The user's list of schools: a CSV that says which school a group or an author belongs to."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from figshare_warehouse.csv_list import CsvList, shown

IDS = ("group_id", "author_id", "orcid")

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
        path: a `CsvList` with the columns `school`, one or several of `group_id`, `author_id`, `orcid`, and optionally
            `faculty`.

    Raises:
        UsageError: it cannot be read, or something in it is wrong; the message names the line.
    """
    schools = CsvList(
        path,
        "--schools",
        (*IDS, "school", "faculty"),
        (("school",), IDS),
        "name school and one or several of group_id, author_id and orcid, and faculty if you like",
    )
    rows: list[dict[str, Any]] = []
    said: dict[tuple[str, object], dict[str, Any]] = {}
    for line, texts in schools.rows():
        row = _row(schools, line, texts)
        for name in IDS:
            if row[name] is None:
                continue
            before = said.setdefault((name, row[name]), row)
            if any(before[of] != row[of] for of in ("school", "faculty")):
                raise schools.error(
                    line,
                    f"puts {name} {row[name]} into {_place(row)}, and line {before['line']} puts it into "
                    f"{_place(before)}; keep one of the two",
                )
        rows.append(row)
    return rows


def _row(schools: CsvList, line: int, texts: dict[str, str | None]) -> dict[str, Any]:
    row: dict[str, Any] = {"line": line, "school": texts["school"], "faculty": texts["faculty"]}
    for name in ("group_id", "author_id"):
        row[name] = schools.id_of(line, texts, name)
    row["orcid"] = None if texts["orcid"] is None else _orcid(schools, line, texts["orcid"])
    if all(row[name] is None for name in IDS):
        raise schools.error(line, "has no group_id, author_id or orcid; add one, or delete the line")
    if row["school"] is None:
        raise schools.error(line, "has no school; add one, or delete the line")
    return row


def _orcid(schools: CsvList, line: int, text: str) -> str:
    """An ORCID iD in its usual form; its last character is checked (ISO 7064 MOD 11-2)."""
    found = _ORCID.fullmatch(text)
    digits = "".join(found.groups()).upper() if found else ""
    total = 0
    for digit in digits[:-1]:
        total = (total + int(digit)) * 2
    if found is None or "0123456789X"[(12 - total % 11) % 11] != digits[-1]:
        raise schools.error(
            line, f"has the orcid '{shown(text)}', which is not an ORCID iD; correct it, or delete the line"
        )
    return "-".join(digits[start : start + 4] for start in range(0, 16, 4))


def _place(row: dict[str, Any]) -> str:
    return f"'{shown(row['school'])}'" + (f" of '{shown(row['faculty'])}'" if row["faculty"] else "")
