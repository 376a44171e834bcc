"""Version 3 of the REST API: for institutions with metadata by item type, and for them only.

After Figshare's OpenAPI description v3.0 (July 2026); the cursor of its listings was announced after it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any

from figshare_sandbox.api import formats, formats_v3
from figshare_sandbox.api.account import AccountRoutes
from figshare_sandbox.api.listing import Endpoint, ListingPart, Part, read_body
from figshare_sandbox.api.messages import ApiError, Request, Response, json_response, no_such_page, not_found
from figshare_sandbox.api.paging import read_integer, read_page
from figshare_sandbox.world.model import Item, Json

if TYPE_CHECKING:
    from figshare_sandbox.world.catalogue import Shelf
    from figshare_sandbox.world.world import World

Handler = Callable[..., Response]

_ORDERS = ("created_date", "modified_date", "posted_date", *formats_v3.TIMELINE_ORDERS)
ITEMS = Endpoint("/items", ("institution", "group", "item_type_id"), _ORDERS, "created_date")
ITEMS_SEARCH = Endpoint(
    "/items/search",
    ("institution", "group", "published_since", "modified_since", "resource_doi", "item_type", "doi", "handle",
     "project_id"),
    default_order="created_date", search=True,
)  # fmt: skip
COLLECTIONS = Endpoint("/collections", ("institution", "group", "published_since", "modified_since"))
PROJECTS = Endpoint("/projects", ("institution", "group", "published_since"), ("published_date", "modified_date"))
_INSTITUTION_ITEMS = Endpoint(
    "/account/institution/items", ("published_since", "modified_since", "resource_doi", "item_type_id", "group"),
    _ORDERS, "created_date", cursor=False,
)  # fmt: skip


class RestV3:
    """Answers requests below `/v3`. Callers hold the world's lock."""

    def __init__(self, world: World, account: AccountRoutes, part: ListingPart) -> None:
        self._world = world
        self._part = part
        self._account = account
        n = r"(\d{1,15})"
        routes: list[tuple[str, str, Handler]] = [
            ("GET", "/items", self._items),
            ("POST", "/items/search", self._search),
            ("GET", f"/items/{n}", self._detail),
            ("GET", f"/items/{n}/files", self._files),
            ("GET", f"/items/{n}/versions", self._versions),
            ("GET", f"/items/{n}/versions/{n}", self._version),
            ("GET", f"/items/{n}/versions/{n}/files", self._version_files),
            ("GET", "/collections", self._collections),
            ("GET", f"/collections/{n}", self._collection),
            ("GET", f"/collections/{n}/versions", self._collection_versions),
            ("GET", f"/collections/{n}/items", self._collection_items),
            ("GET", "/projects", self._projects),
            ("GET", f"/projects/{n}", self._project),
            ("GET", f"/projects/{n}/items", self._project_items),
            ("GET", "/categories", lambda _: json_response(world.categories)),
            ("GET", "/licences", lambda _: json_response(world.licenses)),
            ("GET", "/item_types", account.guarded(self._item_types)),
            ("GET", "/account/items/fields", account.guarded(self._fields)),
            ("GET", f"/account/items/fields/configuration/{n}", account.guarded(self._configuration)),
            ("GET", "/account/institution/items", account.guarded(self._institution_items, "articles")),
            ("GET", "/account/institution/reviews", account.guarded(self._reviews, "reviews")),
            ("GET", "/account/items", account.guarded(self._own_items)),
            ("GET", f"/account/items/{n}", account.guarded(self._own_item)),
            *(route for route in account.routes() if route[1] in _SAME),
        ]
        self._routes = [(method, re.compile(pattern, re.ASCII), handler) for method, pattern, handler in routes]

    def answer(self, request: Request) -> Response:
        """The answer to a request; its path is without the prefix."""
        for method, pattern, handler in self._routes:
            if method == request.method and (match := pattern.fullmatch(request.path)):
                try:
                    return handler(request, *map(int, match.groups()))
                except ApiError as error:
                    return error.response()
        return no_such_page()

    # Listings

    def _public(self) -> Iterable[Item]:
        return (i for i in self._world.items.values() if i.state == "public" and i.institution in self._world.switched)

    def _items(self, request: Request) -> Response:
        self._check(read_integer(request.query, "institution"))
        return self._listed(*self._part(ITEMS, request, request.query, self._public))

    def _search(self, request: Request) -> Response:
        body = read_body(request, ITEMS_SEARCH)
        self._check(read_integer(body, "institution"))
        return self._listed(*self._part(ITEMS_SEARCH, request, body, self._public))

    def _listed(self, part: Part, headers: dict[str, str]) -> Response:
        world = self._world
        shown = [i for i in part.found if i.id not in world.hidden_from_listings]
        if not world.items_cursor_supported:
            headers = {}
        return json_response([formats_v3.light(formats.light(world, i), i) for i in shown], headers)

    def _institution_items(self, request: Request) -> Response:
        world = self._world
        self._check(world.institution_id)
        own = [i.working_copy for i in world.items.values() if i.institution == world.institution_id]
        part, headers = self._part(_INSTITUTION_ITEMS, request, request.query, lambda: own)
        return json_response([formats_v3.light(formats.light(world, i, private=True), i) for i in part.found], headers)

    def _own_items(self, request: Request) -> Response:
        world = self._world
        self._check(world.institution_id)
        shown = self._account.own_part(request)
        return json_response([formats_v3.light(formats.light(world, i, private=True), i) for i in shown])

    def _own_item(self, request: Request, number: int) -> Response:
        self._check(self._world.institution_id)
        detail = formats.private(self._world, self._account.readable(request, number))
        private = {name: detail[name] for name in ("account_id", "curation_status", "group_resource_id")}
        return json_response(formats_v3.item(detail) | private)

    def _reviews(self, request: Request) -> Response:
        """Reviews, which name their item as version 3 does."""
        self._check(self._world.institution_id)
        found = self._account.reviews_part(request, "item_id")
        named = [{"item_id" if k == "article_id" else k: v for k, v in review.items()} for review in found]
        return json_response(named)

    # Items

    def _check(self, institution: int | None) -> None:
        if institution is not None and institution not in self._world.switched:
            raise ApiError(403, "Item-type based metadata is not enabled for the requested institution.", "Forbidden")

    def _item(self, number: int) -> Item:
        item = self._world.items.get(number)
        if item is None or item.state != "public":
            raise not_found("Item")
        self._check(item.institution)
        return item

    def _detail(self, _: Request, number: int) -> Response:
        return json_response(formats_v3.item(formats.whole(self._world, self._item(number).detail)))

    def _versions(self, _: Request, number: int) -> Response:
        base = f"{formats_v3.item(self._item(number).detail).get('url') or ''}/versions"
        count = len(self._item(number).versions) + 1
        return json_response([{"version": n, "url": f"{base}/{n}"} for n in range(1, count + 1)])

    def _version_detail(self, number: int, version: int) -> Json:
        item = self._item(number)
        if not 1 <= version <= len(item.versions) + 1:
            raise not_found("ItemVersion")
        return item.detail if version > len(item.versions) else item.versions[version - 1]

    def _version(self, _: Request, number: int, version: int) -> Response:
        return json_response(formats_v3.item(formats.whole(self._world, self._version_detail(number, version))))

    def _version_files(self, request: Request, number: int, version: int) -> Response:
        return self._paged(request, self._version_detail(number, version).get("files") or [])

    def _files(self, request: Request, number: int) -> Response:
        return self._paged(request, self._item(number).detail.get("files") or [])

    def _paged(self, request: Request, records: list[Any]) -> Response:
        page = read_page(request.query, self._world.documented_maximums)
        return json_response(records[page.offset : page.offset + page.limit])

    # Collections and projects

    def _collections(self, request: Request) -> Response:
        return self._shelves(COLLECTIONS, request, self._world.collections, formats.collection)

    def _projects(self, request: Request) -> Response:
        return self._shelves(PROJECTS, request, self._world.projects, formats.project)

    def _shelves(
        self, endpoint: Endpoint, request: Request, shelves: dict[int, Shelf], shown: Callable[[Shelf], Json]
    ) -> Response:
        self._check(read_integer(request.query, "institution"))
        switched = self._world.switched
        public = [s for s in shelves.values() if s.state == "public" and s.institution in switched]
        part, headers = self._part(endpoint, request, request.query, lambda: public)
        return json_response([shown(shelf) for shelf in part.found], headers)

    def _collection_versions(self, _: Request, number: int) -> Response:
        shelf = self._shelf(self._world.collections, number, "Collection")
        base = f"{shelf.detail['url'].replace('/v2/', '/v3/')}/versions"
        return json_response([{"version": n, "url": f"{base}/{n}"} for n in range(1, shelf.versions + 1)])

    def _shelf(self, shelves: dict[int, Shelf], number: int, what: str) -> Shelf:
        if number not in shelves or shelves[number].state != "public":
            raise not_found(what)
        self._check(shelves[number].institution)
        return shelves[number]

    def _collection(self, _: Request, number: int) -> Response:
        shelf = self._shelf(self._world.collections, number, "Collection")
        return json_response(formats_v3.shelf(formats.collection_detail(self._world, shelf), is_version_2=False))

    def _project(self, _: Request, number: int) -> Response:
        shelf = self._shelf(self._world.projects, number, "Project")
        return json_response(formats_v3.shelf(shelf.detail, is_version_2=False))

    def _items_of(self, request: Request, shelf: Shelf) -> Response:
        world = self._world
        found = [formats_v3.light(formats.light(world, i), i) for i in formats.public_articles(world, shelf)]
        return self._paged(request, found)

    def _collection_items(self, request: Request, number: int) -> Response:
        return self._items_of(request, self._shelf(self._world.collections, number, "Collection"))

    def _project_items(self, request: Request, number: int) -> Response:
        return self._items_of(request, self._shelf(self._world.projects, number, "Project"))

    # The token's institution

    def _item_types(self, _: Request) -> Response:
        self._check(self._world.institution_id)
        of_type = formats_v3.fields_of_type(self._world)
        return json_response([one | {"fields": of_type} for one in self._world.item_types])

    def _fields(self, _: Request) -> Response:
        self._check(self._world.institution_id)
        return json_response(formats_v3.catalogue(self._world))

    def _configuration(self, _: Request, item_type: int) -> Response:
        self._check(self._world.institution_id)
        if item_type not in {one["id"] for one in self._world.item_types}:
            raise not_found("ItemType")
        return json_response(formats_v3.fields_of_type(self._world))


_SAME = ("/account", "/account/institution", "/account/institution/groups", "/account/institution/accounts")
