"""Public collections and projects: their listings, and each one's record with its articles and versions.

Both keep their paths in API v3, and v2 shows those of a switched institution with their metadata in `fields` (OpenAPI
descriptions v2.0 and v3.0, July 2026): v2 is asked first, and v3 where v2 does not have it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal, TypeVar

from figshare_warehouse.sources.figshare.api_version import MISSING, SERVICES, ApiVersion, Versions
from figshare_warehouse.sources.figshare.client import FigshareClient
from figshare_warehouse.sources.figshare.feeds import Listing
from figshare_warehouse.sources.figshare.paging import entity_pages, offset_pages
from figshare_warehouse.sources.figshare.records.arrow import record_tables
from figshare_warehouse.sources.figshare.records.drift import Drift
from figshare_warehouse.sources.figshare.records.itemtype import as_v2, flat, has_fields, light
from figshare_warehouse.sources.http.errors import NotFoundError, RequestError, unusable
from figshare_warehouse.sources.http.responses import Answer
from figshare_warehouse.tables import COLLECTIONS, PROJECTS, Table

EntityType = Literal["collection", "project"]

TABLES: dict[EntityType, Table] = {"collection": COLLECTIONS, "project": PROJECTS}
"""Where the records of each type are loaded."""

_ARTICLES: dict[ApiVersion, str] = {"v2": "articles", "v3": "items"}

Found = TypeVar("Found")


@dataclass(frozen=True, slots=True)
class EntityListing:
    """One listing of collections or projects.

    Attributes:
        name: its name in the tables: `institution 1 collections`, `institution 1 group 2 projects`.
        entity_type: what it lists.
        institution_id: the institution it is limited to.
        group_id: the group it is limited to; None for the whole institution.
    """

    name: str
    entity_type: EntityType
    institution_id: int
    group_id: int | None = None


@dataclass(slots=True)
class ListingReading:
    """One reading of a listing.

    Attributes:
        listing: what is read.
        is_expected: whether it is known to show something.
        modified_since: only what was modified since then (UTC, by Figshare's clock); None for all.
        answered_at: when Figshare gave the first page, by its clock; None while it did not say.
    """

    listing: EntityListing
    is_expected: bool
    modified_since: datetime | None = None
    answered_at: datetime | None = None

    def pages(self, client: FigshareClient, versions: Versions) -> Iterator[list[dict[str, Any]]]:
        """Yields the pages, in v2's shape; errors as `article_pages`."""
        one = self.listing
        filters: dict[str, str | int] = {"institution": one.institution_id}
        if one.group_id is not None:
            filters["group"] = one.group_id
        if self.modified_since is not None:
            filters["modified_since"] = f"{self.modified_since:%Y-%m-%dT%H:%M:%SZ}"
        path, order = f"{one.entity_type}s", _order(versions)
        for version in order:
            service, has_any = SERVICES[version], False
            try:
                for page in entity_pages(client, path, f"/{path}", filters, self.is_expected, service, self._note_time):
                    has_any = has_any or bool(page)
                    yield [light(record) for record in page]
            except RequestError as error:
                if error.status not in MISSING or version == order[-1]:
                    raise
            else:
                if has_any:
                    return

    def _note_time(self, answer: Answer) -> None:
        self.answered_at = self.answered_at or answer.answered_at


@dataclass(frozen=True, slots=True)
class WantedEntity:
    """A collection or project to read, and what the warehouse has of it.

    Attributes:
        entity_id: Figshare's id of it.
        listed_mark: a digest of what the listings show of it; None where none does.
        is_held: whether its record is held whole.
        known_version: the version whose list of versions is held; None for none.
        version_count: how many versions are held.
    """

    entity_id: int
    listed_mark: str | None = None
    is_held: bool = False
    known_version: int | None = None
    version_count: int | None = None


@dataclass(frozen=True, slots=True)
class Entity:
    """The record of a collection or project.

    Attributes:
        wanted: the request.
        record: Figshare's record in v2's shape, with its articles and versions; without those that failed.
        fetched_at: when it was read (UTC, naive).
        failures: the lists that could not be read.
        kept_versions: how many held versions are still all; None where they were read.
    """

    wanted: WantedEntity
    record: dict[str, Any]
    fetched_at: datetime
    failures: tuple[RequestError, ...] = field(default=())
    kept_versions: int | None = None


def entity_listings(listings: Iterable[Listing], entity_types: Sequence[EntityType]) -> list[EntityListing]:
    """Returns the listings of collections and projects that belong to listings of institutions and groups.

    Args:
        listings: the listings of articles that are followed.
        entity_types: what is followed.
    """
    return [
        EntityListing(f"{one.name} {entity_type}s", entity_type, one.institution_id, one.group_id)
        for entity_type in entity_types
        for one in listings
        if one.institution_id is not None
    ]


def read_entity(client: FigshareClient, entity_type: EntityType, wanted: WantedEntity, versions: Versions) -> Entity:
    """Reads a collection or project with its articles, and a collection's versions where they are not known.

    Where one of its lists cannot be read, the record of one that is held stays as it was; of a new one the rest is
    returned.

    Raises:
        NotFoundError: there is no such public collection or project.
        RequestError: it cannot be read.
    """
    fetched_at = client.clock()
    record = _from_either(versions, lambda version: detail_of(client, entity_type, wanted.entity_id, versions, version))
    failures: list[RequestError] = []

    def added(name: str, read: Callable[[ApiVersion], list[Any]]) -> None:
        try:
            record[name] = _from_either(versions, read)
        except RequestError as error:
            if wanted.is_held:
                raise _not_gone(error) from None
            failures.append(error)

    def articles(version: ApiVersion) -> list[Any]:
        path = f"/{entity_type}s/{wanted.entity_id}/{_ARTICLES[version]}"
        pages = offset_pages(client, f"{entity_type}_articles", path, SERVICES[version])
        return [light(article) for page in pages for article in page]

    def all_versions(version: ApiVersion) -> list[Any]:
        path, service = f"/collections/{wanted.entity_id}/versions", SERVICES[version]
        listed = client.get("collection_versions", path, service=service).data
        if not isinstance(listed, list) or not listed or not all(isinstance(one, dict) for one in listed):
            raise unusable(client.base_url(service), path, "answered with something that is not a list of versions")
        return [{**one, "url": as_v2(one.get("url"))} for one in listed]

    record.pop("articles", None)
    record.pop("versions", None)
    if record.get("articles_count") == 0:
        record["articles"] = []
    else:
        added("articles", articles)
    kept_versions = None
    if entity_type == "collection":
        latest = record.get("version")
        if latest == 1:
            record["versions"] = [{"version": 1, "url": f"{record.get('url')}/versions/1"}]
        elif latest is not None and latest == wanted.known_version:
            kept_versions = wanted.version_count
        else:
            added("versions", all_versions)
    return Entity(wanted, record, fetched_at, tuple(failures), kept_versions)


def detail_of(
    client: FigshareClient, entity_type: EntityType, entity_id: int, versions: Versions, version: ApiVersion = "v2"
) -> dict[str, Any]:
    """Returns the record of a collection or project in v2's shape; errors as `read_entity`."""
    path, service = f"/{entity_type}s/{entity_id}", SERVICES[version]
    record = client.get(entity_type, path, service=service).data
    if not isinstance(record, dict) or record.get("id") != entity_id:
        raise unusable(client.base_url(service), path, f"answered with something that is not this {entity_type}")
    if has_fields(record):
        record = dict(flat(record, versions.catalogue))  # type: ignore[arg-type]
        if entity_type == "collection" and record.get("funding") is None:
            record["funding"] = record.get("funding_list")
    if record.get("title") is None:
        raise unusable(client.base_url(service), path, f"answered without the {entity_type}'s title")
    return record


def entity_tables(entity_type: EntityType, read: Sequence[Entity], drift: Drift) -> dict[Table, Any]:
    """Returns records as Arrow tables by the table they go into."""
    kept = {one.wanted.entity_id: one.kept_versions for one in read if one.kept_versions is not None}
    records, moments = [one.record for one in read], [one.fetched_at for one in read]
    return dict(record_tables(TABLES[entity_type], records, moments, drift, {"versions": kept}))


def _order(versions: Versions) -> tuple[ApiVersion, ...]:
    if versions.setting == "v3":
        return ("v3",)
    return ("v2", "v3") if versions.is_any_on_v3 else ("v2",)


def _from_either(versions: Versions, ask: Callable[[ApiVersion], Found]) -> Found:
    """What the first version of the API has that has it; what the first one says counts where none does."""
    missing: RequestError | None = None
    for version in _order(versions):
        try:
            return ask(version)
        except RequestError as error:
            if error.status not in MISSING:
                raise
            missing = missing or error
    assert missing is not None
    raise missing


def _not_gone(error: RequestError) -> RequestError:
    """An error about a list, which says nothing about whether its collection or project is there."""
    if isinstance(error, NotFoundError):
        return RequestError(str(error), error.path, error.status, error.tries)
    return error
