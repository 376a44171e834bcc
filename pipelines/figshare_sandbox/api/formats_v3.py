"""Records as version 3 of the API has them: system fields on top, all metadata in one object `fields`.

After Figshare's OpenAPI description v3.0 (July 2026). It does not name the dates in `fields`, nor what an affiliation
holds: the dates are named here like the orders of the listing, and an affiliation has an id and a name.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from figshare_sandbox.world.model import Item, Json
from figshare_sandbox.world.vocabulary import CUSTOM_FIELDS, INSTITUTION_NAME, ITEM_TYPES

if TYPE_CHECKING:
    from figshare_sandbox.world.world import World

_SYSTEM = (
    "id", "doi", "handle", "url", "url_private_api", "url_public_api", "url_private_html", "url_public_html",
    "figshare_url", "thumb", "files", "folder_structure", "size", "status", "version", "group_id", "resource_doi",
    "resource_title", "is_public", "is_metadata_record", "metadata_reason", "is_confidential", "confidential_reason",
    "download_disabled", "is_embargoed", "embargo_type", "embargo_date", "embargo_title", "embargo_reason",
    "embargo_options", "created_date", "modified_date", "published_date",
)  # fmt: skip
_AS_THEY_ARE = ("title", "description", "keywords", "categories", "funding_list")
_DATES = {
    "posted": "posted_date", "firstOnline": "first_online", "publisherPublication": "publisher_published",
    "publisherAcceptance": "publisher_accepted", "revision": "revision_date", "submission": "submission_date",
}  # fmt: skip
#: What a listing can be ordered by, as a date of the timeline.
TIMELINE_ORDERS = {name: key for key, name in _DATES.items() if key in ("firstOnline", "publisherPublication")}
TIMELINE_ORDERS["publisher_accepted"] = "publisherAcceptance"
_CORE = ("title", "description", "keywords", "authors", "categories", "licence")
_STOCK = ("funding_list", "related_materials", "publisher", "journal", "language", *_DATES.values())
_SHELF_LEFT_OUT = (
    "title", "description", "authors", "categories", "tags", "keywords", "references", "related_materials",
    "custom_fields", "funding", "funding_list", "timeline", "citation", "articles_count",
)  # fmt: skip


def item(detail: Json) -> Json:
    """An article's detail as version 3 gives it."""
    record = {key: detail[key] for key in _SYSTEM if key in detail}
    return _moved(record) | _item_type(detail) | {"fields": _fields(detail)}


def suppressed(detail: Json) -> Json:
    """An article's detail on a path of version 2, with `fields` and without what is in them on top."""
    record = {key: detail[key] for key in _SYSTEM if key in detail}
    types = {key: detail[key] for key in ("defined_type", "defined_type_name") if key in detail}
    return record | types | {"fields": _fields(detail)}


def light(record: Json, item: Item) -> Json:
    """A listing's record of version 2 as version 3 lists it."""
    kept = {k: v for k, v in record.items() if k not in ("defined_type", "defined_type_name", "timeline")}
    return _moved(kept) | _item_type(record) | {"project_id": item.project_id or 0}


def shelf(detail: Json, is_version_2: bool) -> Json:
    """A collection or project of an institution with metadata by item type: on either version's paths."""
    record = {key: value for key, value in detail.items() if key not in _SHELF_LEFT_OUT}
    if not is_version_2:
        record["url"] = record["url"].replace("/v2/", "/v3/")
        if "articles_count" in detail:
            record["items_count"] = detail["articles_count"]
    elif "articles_count" in detail:
        record["articles_count"] = detail["articles_count"]
    return record | {"fields": _fields(detail)}


def catalogue(world: World) -> list[Json]:
    """The list behind `/account/items/fields`."""
    kept = ("id", "name", "field_type", "settings")
    named = [(n, name, "core") for n, name in enumerate(_CORE, 100_001)]
    named += [(n, name, "stock") for n, name in enumerate(_STOCK, 100_101)]
    return [
        *({"id": n, "name": name, "field_type": "generic", "internal_type": kind, "settings": {}}
          for n, name, kind in named),
        *({k: f[k] for k in kept} | {"internal_type": "custom"} for f in world.custom_fields),
    ]  # fmt: skip


def fields_of_type(world: World) -> list[Json]:
    """The fields of an item type, as `/item_types` and `/account/items/fields/configuration` give them."""
    custom = {f["name"]: f for f in CUSTOM_FIELDS}
    made = []
    for n, field in enumerate(catalogue(world), 1):
        own = custom.get(field["name"]) if field["internal_type"] == "custom" else None
        made.append(field | {
            "display_name": field["name"].replace("_", " ").capitalize() if own is None else field["name"],
            "hint_text": "",
            "is_mandatory": own["is_mandatory"] if own else field["internal_type"] == "core",
            "order": own["order"] if own else n,
            "display_area": "timeline" if field["name"] in _DATES.values() else
            "core" if field["internal_type"] == "core" else "additional",
        })  # fmt: skip
    return made


def _moved(record: Json) -> Json:
    """The same with version 3's addresses."""
    names = ("url", "url_public_api", "url_private_api")
    moved = {
        key: record[key].replace("/v2/", "/v3/").replace("/articles/", "/items/")
        for key in names
        if isinstance(record.get(key), str)
    }
    return record | moved


def _item_type(detail: Json) -> Json:
    number = detail.get("defined_type")
    if number is None:
        return {}
    return {"item_type_id": number, "item_type_name": detail.get("defined_type_name") or ITEM_TYPES.get(number)}


def _fields(detail: Json) -> Json:
    made: Json = {key: detail[key] for key in _AS_THEY_ARE if key in detail}
    if "keywords" not in made and "tags" in detail:
        made["keywords"] = detail["tags"]
    if "authors" in detail:
        made["authors"] = [_author(author) for author in detail["authors"] or ()]
    if detail.get("license"):
        value = detail["license"].get("value")
        made["licence"] = {"id": value} | detail["license"]
    if "related_materials" in detail:
        made["related_materials"] = [
            {key: value for key, value in one.items() if key not in ("is_linkout", "link")}
            for one in detail["related_materials"] or ()
        ]
    number = detail["id"]
    made["publisher"] = INSTITUTION_NAME if number % 2 else None
    if detail.get("defined_type") == 6:
        made["journal"] = f"Journal of Field {number % 5}"
    made["language"] = "English" if number % 3 else None
    timeline = detail.get("timeline") or {}
    made |= {name: timeline[key] for key, name in _DATES.items() if key in timeline}
    return made | {field["name"]: field["value"] for field in detail.get("custom_fields") or ()}


def _author(author: Json) -> Json:
    number = author["id"]
    record: dict[str, Any] = {"id": number, "name": author["full_name"]}
    record |= {key: value for key, value in author.items() if key not in ("id", "full_name")}
    record["affiliations"] = [
        {"id": 36_000 + n, "name": (INSTITUTION_NAME, "École polytechnique", "Southmoor College")[n]}
        for n in range(number % 4)
        if n < 3
    ]
    return record
