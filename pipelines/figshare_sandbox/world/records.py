"""A world of real records: a file of saved article details, one a line."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import orjson

from figshare_sandbox.world.model import Item, Json, parse_stamp
from figshare_sandbox.world.vocabulary import INSTITUTION_ID, INSTITUTION_NAME, TOP_GROUP_ID


def read_records(path: str | Path) -> Iterator[Json]:
    """The records of an ndjson file, gzipped or not; half a character (a lone surrogate) in them becomes `?`.

    Raises:
        ValueError: a line is no article detail, or comes twice; the message says which line, and why.
    """
    path = Path(path)
    seen: set[int] = set()
    with gzip.open(path, "rb") if path.suffix == ".gz" else path.open("rb") as lines:
        for number, line in enumerate(lines, start=1):
            if not line.strip():
                continue
            try:
                record = _decoded(line)
            except (ValueError, RecursionError):
                raise ValueError(f"line {number} is not JSON; write one article detail on each line") from None
            if problem := _problem(record):
                raise ValueError(f"line {number} {problem}")
            if record["id"] in seen:
                raise ValueError(f"line {number} has the id {record['id']}, and so has a line before it")
            seen.add(record["id"])
            yield record


def _decoded(line: bytes) -> Any:
    try:
        return orjson.loads(line)
    except orjson.JSONDecodeError:
        return orjson.loads(json.dumps(json.loads(line), ensure_ascii=False).encode("utf-8", "replace"))


def _problem(record: Any) -> str:
    """What is wrong with a record, to follow its line; empty when it can be served."""
    if isinstance(record, list):
        return "is an array; write one article detail on each line, without the brackets around all of them"
    if not isinstance(record, dict):
        return "is not an article detail (a JSON object)"
    if type(record.get("id")) is not int:
        return "has no id, a whole number" if record.get("id") is None else "has an id that is not a whole number"
    for name, type_ in _TYPES.items():
        if not isinstance(record.get(name), type_ | None):
            return f"has something else in {name} than articles have there"
    if any(not isinstance(c, dict) or type(c.get("id")) is not int for c in record.get("categories") or ()):
        return "has a category without an id"
    return ""


_TYPES: dict[str, Any] = {
    **dict.fromkeys(("authors", "categories", "files", "tags"), list),
    **dict.fromkeys(("title", "published_date", "modified_date"), str),
    "group_id": int,
    "timeline": dict,
}
"""What the sandbox looks at in a record, and of which type it must be where it is given."""


def items_from(records: Iterator[Json], today: date) -> list[Item]:
    """Articles of the institution, each with the fields of its record and no others."""
    made = []
    for record in records:
        # The search listing's project is no field of a detail; it is given where searches give it.
        project = record.pop("project_id", None)
        timeline = record.get("timeline") or {}
        first = parse_stamp(timeline.get("firstOnline") or record.get("published_date"))
        born = min(first.date(), today) if first else today
        # An item without a list of files may have some all the same: its files are not known, so it is downloaded.
        item = Item(record["id"], record, "public", INSTITUTION_ID, born.toordinal(), project_id=project)
        item.downloadable = record.get("files") != []
        made.append(item)
    return made


def groups_of(items: list[Item]) -> list[Json]:
    """The groups that the records name, below one for the institution."""
    numbers = sorted({i.detail["group_id"] for i in items if i.detail.get("group_id")} - {TOP_GROUP_ID})
    listed = [(TOP_GROUP_ID, INSTITUTION_NAME, 0)] + [(n, f"Group {n}", TOP_GROUP_ID) for n in numbers]
    return [
        {
            "id": n,
            "name": name,
            "parent_id": p,
            "resource_id": "",
            "association_criteria": "",
            "upload_access": "All Users",
        }
        for n, name, p in listed
    ]


def categories_of(items: list[Item]) -> list[Json]:
    """The categories that the records name, as `/categories` lists them."""
    found = {c["id"]: c for i in items for c in i.detail.get("categories") or ()}
    parents = {c.get("parent_id") for c in found.values()}
    return [{"is_selectable": True, "has_children": c["id"] in parents} | c for _, c in sorted(found.items())]
