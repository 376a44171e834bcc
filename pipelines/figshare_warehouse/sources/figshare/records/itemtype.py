"""Records with metadata by item type, as API v3 gives them, in the shape that the contract declares for API v2.

Such a record keeps system fields on top; title, authors, licence and all other metadata, custom fields too, lie in one
object `fields`. Collections and projects of a switched institution, and perhaps its articles, have it on v2's paths as
well. Source: Figshare's OpenAPI descriptions v2.0 and v3.0 (July 2026). They do not name the dates in `fields`, nor
what an affiliation holds: several ways to write them are read.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import msgspec

from figshare_warehouse.sources.figshare.records.shapes import Record, field_of

AS_THEY_ARE = ("title", "description", "categories", "funding_list", "publisher", "journal")
"""Fields with the same name and content as v2's."""

RENAMED = {"item_type_id": "defined_type", "item_type_name": "defined_type_name", "items_count": "articles_count"}

TIMELINE = {
    "posted": ("posted_date", "posted"),
    "firstOnline": ("first_online", "firstOnline", "first_online_date"),
    "publisherPublication": ("publisher_published", "publisher_publication", "publisherPublication"),
    "publisherAcceptance": ("publisher_accepted", "publisher_acceptance", "publisherAcceptance"),
    "revision": ("revision_date", "revision"),
    "submission": ("submission_date", "submission"),
}
"""Keys of v2's timeline, and how `fields` may name them."""

RELATIONAL = ("keywords", "authors", "licence", "related_materials")

STOCK = frozenset(
    (*AS_THEY_ARE, *RELATIONAL, "volume", "issue", "language", "isbn", "issn", "edition", "references", "citation")
) | frozenset(name for names in TIMELINE.values() for name in names)
"""Figshare's own fields, where the institution's catalogue is not known; all others are custom fields then."""


@dataclass(frozen=True, slots=True)
class Catalogue:
    """What is known of an institution's fields.

    Attributes:
        kinds: name → `core`, `stock` or `custom`.
        settings: (item type, name) → what v2 says with each custom field: `field_type`, `order` and so on.
    """

    kinds: Mapping[str, str] = field(default_factory=dict)
    settings: Mapping[tuple[int, str], Mapping[str, Any]] = field(default_factory=dict)

    @classmethod
    def of(cls, rows: Iterable[Mapping[str, Any]]) -> Catalogue:
        """Returns the catalogue of v3's fields, each with its `item_type_id`."""
        kinds: dict[str, str] = {}
        settings: dict[tuple[int, str], Mapping[str, Any]] = {}
        for row in rows:
            kinds[row["name"]] = row["internal_type"]
            said = ("field_type", "settings", "order", "is_mandatory")
            settings[row["item_type_id"], row["name"]] = {name: row.get(name) for name in said}
        return cls(kinds, settings)

    def is_custom(self, name: str) -> bool:
        """Whether a field is the institution's own."""
        kind = self.kinds.get(name)
        return kind == "custom" if kind else name not in STOCK


def has_fields(record: Record) -> bool:
    """Whether a record has its metadata in `fields`, or comes from v3."""
    return isinstance(field_of(record, "fields"), dict) or field_of(record, "item_type_id") is not None


def flat(record: Record, catalogue: Catalogue) -> Record:
    """Returns a record in v2's shape; one that is in it is returned as it is.

    What stands on top is kept, whatever `fields` says. What has no place in v2's shape stays in `fields`, but for
    `publisher`, `journal` and the authors' affiliations, which get one.

    Args:
        record: an article, a collection or a project, of either version.
        catalogue: the institution's fields.
    """
    if not has_fields(record):
        return record
    top: dict[str, Any] = dict(record) if isinstance(record, dict) else msgspec.to_builtins(record)
    given = top.pop("fields", None)
    fields = dict(given) if isinstance(given, dict) else {}
    made = _renamed(top)
    custom = {name: fields.pop(name) for name in list(fields) if catalogue.is_custom(name)}
    found = {name: fields.pop(name) for name in (*AS_THEY_ARE, "references", "citation", "funding") if name in fields}
    found |= _authors(fields.pop("authors", None))
    found["tags"] = fields.pop("keywords", None)
    found["license"] = _licence(fields.pop("licence", None))
    found |= _related(fields.pop("related_materials", None), found.get("references"))
    found["timeline"] = _timeline(fields)
    if isinstance(given, dict):
        found["custom_fields"] = _custom(custom, made.get("defined_type"), catalogue)
    made |= {name: value for name, value in found.items() if value is not None and made.get(name) is None}
    made["fields"] = fields if isinstance(given, dict) else None
    return made


def light(record: dict[str, Any]) -> dict[str, Any]:
    """Returns a listing's record of either version in v2's shape."""
    if not has_fields(record):
        return record
    made = _renamed({name: value for name, value in record.items() if name != "fields"})
    fields = record.get("fields")
    if made.get("title") is None and isinstance(fields, dict):
        made["title"] = fields.get("title")
    return made


def as_v2(url: Any) -> Any:
    """Returns an address in v3 as what it is in v2, so that a record has the same whichever version answers."""
    return url.replace("/v3/", "/v2/").replace("/items/", "/articles/") if isinstance(url, str) else url


def _renamed(top: Mapping[str, Any]) -> dict[str, Any]:
    made = {RENAMED.get(name, name): value for name, value in top.items()}
    return made | {name: as_v2(made[name]) for name in ("url", "url_public_api", "url_private_api") if name in made}


def _authors(authors: Any) -> dict[str, Any]:
    if not isinstance(authors, list):
        return {"authors": authors}
    made: list[Any] = []
    affiliations: list[dict[str, Any]] = []
    are_known = False
    for position, author in enumerate(authors, 1):
        if not isinstance(author, dict):
            made.append(author)
            continue
        author = dict(author)
        listed = author.pop("affiliations", None)
        if "name" in author:
            author["full_name"] = author.pop("name")
        made.append(author)
        are_known = are_known or isinstance(listed, list)
        for one in listed if isinstance(listed, list) else ():
            said = dict(one) if isinstance(one, dict) else {"name": one}
            said["affiliation_id"] = said.pop("id", None)
            affiliations.append(said | {"author_id": author.get("id"), "author_position": position})
    return {"authors": made, "author_affiliations": affiliations if are_known or not authors else None}


def _licence(licence: Any) -> Any:
    if not isinstance(licence, dict):
        return {"value": licence} if type(licence) is int else licence
    licence = dict(licence)
    id_ = licence.pop("id", None)
    return licence if licence.get("value") is not None else licence | {"value": id_}


_ADDRESSES = {"doi": "https://doi.org/", "handle": "https://hdl.handle.net/", "url": ""}


def _related(materials: Any, references: Any) -> dict[str, Any]:
    """Related materials with the addresses that v2 says with them; v2's list of references is that of these addresses.

    Source: in all details that were captured from v2, 2020 to 2026, both are the same.
    """
    if not isinstance(materials, list):
        return {"related_materials": materials}
    made = [_with_link(one) if isinstance(one, dict) else one for one in materials]
    links = [one.get("link") or one.get("identifier") for one in made if isinstance(one, dict)]
    return {"related_materials": made, "references": links if references is None else references}


def _with_link(material: Mapping[str, Any]) -> dict[str, Any]:
    identifier, kind = material.get("identifier"), str(material.get("identifier_type")).lower()
    if "link" in material or not isinstance(identifier, str) or kind not in _ADDRESSES:
        return dict(material)
    return {**material, "link": identifier if "://" in identifier else _ADDRESSES[kind] + identifier}


def _timeline(fields: dict[str, Any]) -> dict[str, Any]:
    """The dates; they are taken out of the fields."""
    timeline = fields.pop("timeline", None)
    made = dict(timeline) if isinstance(timeline, dict) else {}
    for key, names in TIMELINE.items():
        for name in names:
            if (value := fields.pop(name, None)) is not None:
                made.setdefault(key, value)
    return made


def _custom(values: Mapping[str, Any], item_type: Any, catalogue: Catalogue) -> list[dict[str, Any]]:
    return [
        {"name": name, "value": value, **catalogue.settings.get((item_type, name), {})}
        for name, value in values.items()
    ]
