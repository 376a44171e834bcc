"""Names that the user gives, since Figshare tells them only with a token: of institutions, and of groups from a CSV."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from figshare_warehouse.csv_list import CsvList, shown
from figshare_warehouse.errors import UsageError

_WITH_ID = re.compile(r"([0-9]{1,18})\s*=(.*)", re.S)


@dataclass(slots=True)
class Named:
    """The result of loading names of groups.

    Attributes:
        line_count: how many names were loaded.
        found: kind → number of groups that want a look, once that is known.
    """

    line_count: int
    found: dict[str, int] = field(default_factory=dict)


def institution_named(text: str, has_institution: bool) -> dict[str, Any]:
    """Returns a row of the table `institution_names`; without an id, it is of the institution of the refresh.

    Args:
        text: the name, or `ID=NAME`; an empty name takes back the one before.
        has_institution: whether the refresh has an institution.

    Raises:
        UsageError: there is no such institution.
    """
    found = _WITH_ID.fullmatch(text.strip())
    name = " ".join((found[2] if found else text).split()) or None
    if found:
        return {"institution_id": int(found[1]), "institution_name": name}
    if not has_institution:
        raise UsageError(
            "--institution-name names the institution of the refresh: add --institution ID, or write ID=NAME."
        )
    return {"institution_name": name}


def read_group_names(path: Path, has_institution: bool) -> list[dict[str, Any]]:
    """Returns the lines of a file as rows of the table `group_names`, of the institution of the refresh.

    Args:
        path: a `CsvList` with the columns `group_id`, `name` and optionally `parent_id`.
        has_institution: whether the refresh has an institution.

    Raises:
        UsageError: it cannot be read, something in it is wrong, or there is no institution.
    """
    if not has_institution:
        raise UsageError("Say which institution the groups of --group-names belong to: --institution ID.")
    groups = CsvList(
        path,
        "--group-names",
        ("group_id", "name", "parent_id"),
        (("group_id",), ("name",)),
        "name group_id and name, and parent_id if you like",
    )
    rows: dict[int, dict[str, Any]] = {}
    for line, texts in groups.rows():
        group, name = groups.id_of(line, texts, "group_id"), texts["name"]
        if group is None or name is None:
            lacking = "group_id" if group is None else "name"
            raise groups.error(line, f"has no {lacking}; add one, or delete the line")
        # 0 is Figshare's parent of a group at the top.
        parent = groups.id_of(line, texts, "parent_id") or None
        row: dict[str, Any] = {
            "group_id": group,
            "group_name": name,
            "parent_group_id": parent,
            "line": line,
        }
        before = rows.setdefault(group, row)
        if any(before[of] != row[of] for of in ("group_name", "parent_group_id")):
            raise groups.error(
                line,
                f"names group_id {group} '{shown(name)}'{_below(row)}, and line {before['line']} names it "
                f"'{shown(before['group_name'])}'{_below(before)}; keep one of the two",
            )
    _refuse_circles(groups, rows)
    return list(rows.values())


def _below(row: dict[str, Any]) -> str:
    return f" below {row['parent_group_id']}" if row["parent_group_id"] is not None else ""


def _refuse_circles(groups: CsvList, rows: dict[int, dict[str, Any]]) -> None:
    at_the_top: set[int] = set()
    for group, row in rows.items():
        passed = {group}
        parent = row["parent_group_id"]
        while parent in rows and parent not in at_the_top:
            if parent in passed:
                raise groups.error(rows[parent]["line"], f"puts group_id {parent} below itself; correct a parent_id")
            passed.add(parent)
            parent = rows[parent]["parent_group_id"]
        at_the_top |= passed
