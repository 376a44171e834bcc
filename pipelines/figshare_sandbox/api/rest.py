"""The public half of the REST API, version 2, and what it becomes of an institution that was switched to version 3."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC
from email.utils import format_datetime, parsedate_to_datetime
from typing import TYPE_CHECKING, Any
from zlib import crc32

from figshare_sandbox.api import formats, formats_v3
from figshare_sandbox.api.account import AccountRoutes
from figshare_sandbox.api.institutions import InstitutionRoutes
from figshare_sandbox.api.listing import Endpoint, Listings, Part, read_body
from figshare_sandbox.api.messages import ApiError, Request, Response, json_response, no_such_page, not_found
from figshare_sandbox.api.paging import read_integer, read_page
from figshare_sandbox.api.v3 import RestV3
from figshare_sandbox.world.model import Item, Json, parse_stamp

if TYPE_CHECKING:
    from figshare_sandbox.faults import Faults
    from figshare_sandbox.world.catalogue import Shelf
    from figshare_sandbox.world.world import World

Handler = Callable[..., Response]

_ARTICLE_FILTERS = (
    "institution", "group", "published_since", "modified_since", "resource_doi", "item_type", "doi", "handle",
)  # fmt: skip
_COLLECTION_FILTERS = ("institution", "group", "published_since", "modified_since", "resource_doi", "doi", "handle")
_PROJECT_FILTERS = ("institution", "group", "published_since")
_PROJECT_ORDERS = ("published_date", "modified_date")

ARTICLES = Endpoint("/articles", _ARTICLE_FILTERS)
ARTICLES_SEARCH = Endpoint(
    "/articles/search", (*_ARTICLE_FILTERS, "project_id"), default_order="created_date", search=True
)
COLLECTIONS = Endpoint("/collections", _COLLECTION_FILTERS)
COLLECTIONS_SEARCH = Endpoint("/collections/search", _COLLECTION_FILTERS, default_order="created_date", search=True)
PROJECTS = Endpoint("/projects", _PROJECT_FILTERS, _PROJECT_ORDERS)
PROJECTS_SEARCH = Endpoint("/projects/search", (*_PROJECT_FILTERS, "modified_since"), _PROJECT_ORDERS, search=True)


class Rest:
    """Answers requests below `/v2` and `/v3`. Callers hold the world's lock."""

    def __init__(self, world: World, faults: Faults, tokens: Mapping[str, int]) -> None:
        self._world = world
        self._faults = faults
        self._listings = Listings(world.modified)
        n = r"(\d{1,15})"
        account = AccountRoutes(world, tokens, self.part)
        self._v3 = RestV3(world, account, self.part)
        institutions = InstitutionRoutes(world)
        routes: list[tuple[str, str, Handler]] = [
            ("GET", f"/articles/{n}", self._article),
            ("GET", "/articles", self._articles),
            ("POST", "/articles/search", self._articles_search),
            ("GET", f"/articles/{n}/files", self._files),
            ("GET", f"/articles/{n}/files/{n}", self._file),
            ("GET", f"/articles/{n}/versions", self._versions),
            ("GET", f"/articles/{n}/versions/{n}", self._version),
            ("GET", f"/articles/{n}/versions/{n}/files", self._version_files),
            ("GET", "/collections", self._collections),
            ("POST", "/collections/search", self._collections_search),
            ("GET", f"/collections/{n}", self._collection),
            ("GET", f"/collections/{n}/articles", self._collection_articles),
            ("GET", f"/collections/{n}/versions", self._collection_versions),
            ("GET", f"/collections/{n}/versions/{n}", self._collection_version),
            ("GET", "/projects", self._projects),
            ("POST", "/projects/search", self._projects_search),
            ("GET", f"/projects/{n}", self._project),
            ("GET", f"/projects/{n}/articles", self._project_articles),
            ("GET", "/categories", lambda _: json_response(world.categories)),
            ("GET", "/licenses", lambda _: json_response(world.licenses)),
            ("GET", "/item_types", lambda _: json_response(world.item_types)),
            ("GET", "/oai", institutions.oai),
            ("GET", "/altmetric/institutions", institutions.portals),
            *account.routes(),
        ]
        self._routes = [(method, re.compile(pattern, re.ASCII), handler) for method, pattern, handler in routes]

    def answer_v3(self, request: Request) -> Response:
        """The answer of version 3 to a request; its path is without the prefix."""
        return self._v3.answer(request)

    def answer(self, request: Request) -> Response:
        """The response to a request; its path is without the prefix."""
        for method, pattern, handler in self._routes:
            if method == request.method and (match := pattern.fullmatch(request.path)):
                try:
                    return handler(request, *map(int, match.groups()))
                except ApiError as error:
                    return error.response()
        return no_such_page()

    # Listings

    def part(
        self, endpoint: Endpoint, request: Request, params: Mapping[str, Any], records: Callable[[], Iterable[Any]]
    ) -> tuple[Part, dict[str, str]]:
        """A part of a listing, and the headers that go with it."""
        world = self._world
        use_cursor = endpoint.cursor and world.cursor_supported
        part = self._listings.part(
            endpoint, params, request.headers.get("X-Cursor") if use_cursor else None, records, world.revision,
            self._faults.rearrange, repeats=endpoint.search and world.search_repeats,
            strict_maximums=world.documented_maximums, max_size=world.max_page_size,
        )  # fmt: skip
        return part, {"X-Cursor": part.cursor} if use_cursor and part.cursor else {}

    def _public(self) -> Iterable[Item]:
        here = self._world.is_on_v2
        return (item for item in self._world.items.values() if item.state == "public" and here(item.institution))

    def _refuse(self, institution: int | None) -> None:
        """Answers with an error where version 2 does so for a switched institution."""
        if institution is None:
            return
        how = self._world.switched.get(institution)
        if how == "forbidden":
            raise ApiError(403, "This institution uses item-type based metadata.", "Forbidden")
        if how == "not_found":
            raise not_found("Institution")

    def _whole(self, item: Item, detail: Json) -> Json:
        shown = formats.whole(self._world, detail)
        return formats_v3.suppressed(shown) if self._world.switched.get(item.institution) == "fields" else shown

    def _articles(self, request: Request) -> Response:
        self._refuse(read_integer(request.query, "institution"))
        part, headers = self.part(ARTICLES, request, request.query, self._public)
        return json_response([formats.light(self._world, item) for item in self._shown(part)], headers)

    def _articles_search(self, request: Request) -> Response:
        body = read_body(request, ARTICLES_SEARCH)
        self._refuse(read_integer(body, "institution"))
        part, headers = self.part(ARTICLES_SEARCH, request, body, self._public)
        return json_response([formats.light(self._world, item, search=True) for item in self._shown(part)], headers)

    def _shown(self, part: Part) -> list[Item]:
        return [item for item in part.found if item.id not in self._world.hidden_from_listings]

    def _collections(self, request: Request) -> Response:
        part, headers = self.part(COLLECTIONS, request, request.query, lambda: _public_shelves(self._world.collections))
        return json_response([formats.collection(shelf) for shelf in part.found], headers)

    def _collections_search(self, request: Request) -> Response:
        params = read_body(request, COLLECTIONS_SEARCH)
        part, headers = self.part(COLLECTIONS_SEARCH, request, params, lambda: _public_shelves(self._world.collections))
        return json_response([formats.collection(shelf) for shelf in part.found], headers)

    def _projects(self, request: Request) -> Response:
        part, headers = self.part(PROJECTS, request, request.query, lambda: _public_shelves(self._world.projects))
        return json_response([formats.project(shelf) for shelf in part.found], headers)

    def _projects_search(self, request: Request) -> Response:
        params = read_body(request, PROJECTS_SEARCH)
        part, headers = self.part(PROJECTS_SEARCH, request, params, lambda: _public_shelves(self._world.projects))
        return json_response([formats.project(shelf) for shelf in part.found], headers)

    # Articles

    def _item(self, number: int) -> Item:
        item = self._world.items.get(number)
        if item is None or item.state != "public":
            raise not_found("Article")
        self._refuse(item.institution)
        if not self._world.is_on_v2(item.institution):
            raise not_found("Article")
        return item

    def _article(self, request: Request, number: int) -> Response:
        item = self._item(number)
        detail = self._whole(item, item.detail)
        response = json_response(detail)
        return _conditional(request, response, detail) if self._world.conditional_requests else response

    def _versions(self, _: Request, number: int) -> Response:
        return json_response(formats.versions(self._item(number)))

    def _version_detail(self, number: int, version: int) -> Json:
        item = self._item(number)
        if not 1 <= version <= len(item.versions) + 1:
            raise not_found("ArticleVersion")
        return item.detail if version > len(item.versions) else item.versions[version - 1]

    def _version(self, _: Request, number: int, version: int) -> Response:
        return json_response(self._whole(self._item(number), self._version_detail(number, version)))

    def _version_files(self, request: Request, number: int, version: int) -> Response:
        return self._paged(request, self._version_detail(number, version).get("files") or [])

    def _files(self, request: Request, number: int) -> Response:
        return self._paged(request, self._item(number).detail.get("files") or [])

    def _file(self, _: Request, number: int, file_id: int) -> Response:
        for record in self._item(number).detail.get("files") or ():
            if record["id"] == file_id:
                return json_response(record)
        raise not_found("File")

    def _paged(self, request: Request, records: list[Any]) -> Response:
        page = read_page(request.query, self._world.documented_maximums)
        return json_response(records[page.offset : page.offset + page.limit])

    # Collections and projects

    def _shelf(self, shelves: dict[int, Shelf], number: int, what: str) -> Shelf:
        if number not in shelves or shelves[number].state != "public":
            raise not_found(what)
        return shelves[number]

    def _articles_of(self, request: Request, shelf: Shelf) -> Response:
        found = [formats.light(self._world, item) for item in formats.public_articles(self._world, shelf)]
        return self._paged(request, found)

    def _collection(self, _: Request, number: int) -> Response:
        shelf = self._shelf(self._world.collections, number, "Collection")
        return json_response(self._shown_shelf(shelf, formats.collection_detail(self._world, shelf)))

    def _shown_shelf(self, shelf: Shelf, detail: Json) -> Json:
        is_switched = self._world.switched.get(shelf.institution) == "fields"
        return formats_v3.shelf(detail, is_version_2=True) if is_switched else detail

    def _collection_articles(self, request: Request, number: int) -> Response:
        return self._articles_of(request, self._shelf(self._world.collections, number, "Collection"))

    def _collection_versions(self, _: Request, number: int) -> Response:
        shelf = self._shelf(self._world.collections, number, "Collection")
        url, funding = shelf.detail["url"], shelf.detail["funding"]
        found = [{"version": n, "url": f"{url}/versions/{n}", "funding": funding} for n in range(1, shelf.versions + 1)]
        return json_response(found)

    def _collection_version(self, _: Request, number: int, version: int) -> Response:
        shelf = self._shelf(self._world.collections, number, "Collection")
        if not 1 <= version <= shelf.versions:
            raise not_found("CollectionVersion")
        detail = self._shown_shelf(shelf, formats.collection_detail(self._world, shelf))
        return json_response(detail | {"version": version})

    def _project(self, _: Request, number: int) -> Response:
        shelf = self._shelf(self._world.projects, number, "Project")
        return json_response(self._shown_shelf(shelf, shelf.detail))

    def _project_articles(self, request: Request, number: int) -> Response:
        return self._articles_of(request, self._shelf(self._world.projects, number, "Project"))


def _public_shelves(shelves: Mapping[int, Shelf]) -> Iterable[Shelf]:
    return (shelf for shelf in shelves.values() if shelf.state == "public")


def _conditional(request: Request, response: Response, detail: Json) -> Response:
    """Add `ETag` and `Last-Modified`, and answer 304 where the client has it already."""
    etag = f'"{crc32(response.body):08x}"'
    response.headers["ETag"] = etag
    modified = parse_stamp(detail.get("modified_date"))
    if modified is not None:
        response.headers["Last-Modified"] = format_datetime(modified.replace(tzinfo=UTC), usegmt=True)
    asked, since = request.headers.get("If-None-Match"), request.headers.get("If-Modified-Since")
    if asked is not None:
        same = etag in [tag.strip().removeprefix("W/") for tag in asked.split(",")]
    else:
        same = since is not None and modified is not None and _not_after(modified, since)
    return Response(304, b"", response.headers) if same else response


def _not_after(modified: Any, since: str) -> bool:
    try:
        return bool(modified <= parsedate_to_datetime(since).replace(tzinfo=None))
    except (TypeError, ValueError):
        return False
