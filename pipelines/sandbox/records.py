"""A world of real records: article details, one a line, as somebody else saved them."""

from __future__ import annotations

import gzip
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import orjson

from .model import Item, Json, parse_stamp
from .vocabulary import INSTITUTION_ID, INSTITUTION_NAME, TOP_GROUP_ID


def read_records(path: str | Path) -> Iterator[Json]:
    """The records of an ndjson file, gzipped or not."""
    path = Path(path)
    with gzip.open(path, "rb") if path.suffix == ".gz" else path.open("rb") as lines:
        for line in lines:
            if line.strip():
                yield orjson.loads(line)


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
    parents = {c["parent_id"] for c in found.values()}
    return [{"is_selectable": True, "has_children": c["id"] in parents} | c for _, c in sorted(found.items())]
