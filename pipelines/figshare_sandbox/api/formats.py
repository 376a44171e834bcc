"""How records look in answers: light in listings, whole in details."""

from __future__ import annotations

from typing import TYPE_CHECKING

from figshare_sandbox.world.model import Item, Json

if TYPE_CHECKING:
    from figshare_sandbox.world.catalogue import Shelf
    from figshare_sandbox.world.world import World

_LIGHT = (
    "id", "title", "doi", "handle", "url", "published_date", "thumb", "defined_type", "defined_type_name", "group_id",
    "url_private_api", "url_public_api", "url_private_html", "url_public_html", "timeline", "resource_title",
    "resource_doi",
)  # fmt: skip
_DATES = ("created_date", "modified_date")
_COLLECTION = ("id", "title", "doi", "handle", "url", "timeline", "published_date")
_PROJECT = ("url", "id", "title", "created_date", "modified_date", "published_date")


def light(world: World, item: Item, *, search: bool = False, private: bool = False) -> Json:
    """An article in a listing.

    Lists write 0 for no group and searches null, both "" for no resource, where the detail has null. Real records are
    given as they are.
    """
    detail = item.detail
    record = {key: detail[key] for key in _LIGHT if key in detail}
    if world.listing_has_dates:
        for key in _DATES:
            if key in detail:
                record[key] = detail[key]
    if not world.from_records:
        if not search:
            record["group_id"] = record.get("group_id") or 0
        if not private:
            record["resource_title"] = record.get("resource_title") or ""
            record["resource_doi"] = record.get("resource_doi") or ""
    if private and "url_private_api" in record:
        record["url"] = record["url_private_api"]
    return {"project_id": item.project_id} | record if search else record


def whole(world: World, detail: Json) -> Json:
    """A detail, with as many of its files as details show."""
    limit, files = world.detail_file_limit, detail.get("files")
    if limit is not None and files and len(files) > limit:
        return detail | {"files": files[:limit]}
    return detail


def private(world: World, item: Item) -> Json:
    """The detail that its owner and administrators see: the working copy, with its owner and its curation status."""
    administration = world.administration
    groups = {group["id"]: group.get("resource_id") or "" for group in world.groups}
    detail = whole(world, item.working_copy.detail)
    made = detail | {
        "account_id": item.account_id or world.accounts[0]["id"],
        "curation_status": administration.curation_status(item.id),
        "group_resource_id": groups.get(detail.get("group_id") or 0, ""),
    }
    if item.state == "withdrawn":
        made |= {"status": "draft", "is_public": False}
    if "files" in detail:
        made["files"] = [private_file(item, record) for record in detail["files"] or ()]
    return made


def private_file(item: Item, record: Json) -> Json:
    """A file as its owner sees it."""
    published = item.state in ("public", "withdrawn") and record in (item.detail.get("files") or ())
    return record | {
        "status": "available", "viewer_type": "", "preview_state": "preview not available", "upload_url": "",
        "upload_token": "", "is_attached_to_public_version": published,
    }  # fmt: skip


def versions(item: Item) -> list[Json]:
    """The list of an article's versions."""
    base = f"{item.detail.get('url') or ''}/versions"
    return [{"version": n, "url": f"{base}/{n}"} for n in range(1, len(item.versions) + 2)]


def collection(shelf: Shelf) -> Json:
    """A collection in a listing."""
    return {key: shelf.detail[key] for key in _COLLECTION}


def project(shelf: Shelf) -> Json:
    """A project in a listing."""
    return {key: shelf.detail[key] for key in _PROJECT}


def public_articles(world: World, shelf: Shelf) -> list[Item]:
    """The articles of a collection or project that are still public."""
    found = (world.items.get(number) for number in shelf.articles)
    return [item for item in found if item is not None and item.state == "public"]


def collection_detail(world: World, shelf: Shelf) -> Json:
    """A collection in full, with the number of its public articles."""
    return shelf.detail | {"articles_count": len(public_articles(world, shelf))}
