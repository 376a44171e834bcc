"""The half of the REST API that needs an administrator's token."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

from figshare_sandbox.api import formats
from figshare_sandbox.api.listing import Endpoint, ListingPart
from figshare_sandbox.api.messages import (
    ApiError,
    Request,
    Response,
    json_response,
    no_such_page,
    not_found,
    unprocessable,
)
from figshare_sandbox.api.paging import read_integer, read_page
from figshare_sandbox.world.catalogue import REVIEW_STATES, account_detail
from figshare_sandbox.world.model import Item, Json

if TYPE_CHECKING:
    from figshare_sandbox.world.world import World

Handler = Callable[..., Response]

# No cursor is documented here: beyond 9,000 articles one moves `published_since` on.
INSTITUTION_ARTICLES = Endpoint(
    "/account/institution/articles", ("published_since", "modified_since", "resource_doi", "item_type", "group"),
    ("published_date", "modified_date"), cursor=False,
)  # fmt: skip


class AccountRoutes:
    """Answers requests below `/account`. Callers hold the world's lock."""

    def __init__(self, world: World, token: str, part: ListingPart) -> None:
        self._world = world
        self._token = token
        self._part = part

    def routes(self) -> list[tuple[str, str, Handler]]:
        """Method, pattern of the path, handler."""
        world = self._world
        prefix = "/account/institution"
        handlers: list[tuple[str, Handler]] = [
            ("/account", lambda _: json_response(account_detail(world.accounts[0]))),
            (prefix, lambda _: json_response(self._institution())),
            (f"{prefix}/groups", lambda _: json_response(world.groups)),
            (f"{prefix}/custom_fields", self._custom_fields),
            (f"{prefix}/articles", self._articles),
            (f"{prefix}/accounts", self._accounts),
            (f"{prefix}/reviews", self._reviews),
            (prefix + r"/review/(\d{1,15})", self._review),
        ]
        return [("GET", pattern, self.guarded(handler)) for pattern, handler in handlers]

    def guarded(self, handler: Handler) -> Handler:
        """The handler, for those who send the token."""

        def answer(request: Request, *numbers: int) -> Response:
            given = request.headers.get("Authorization", "")
            scheme, _, token = given.partition(" ")
            if not given:
                raise ApiError(401, "Authorization is needed", "Unauthorized")
            if scheme.lower() != "token" or token.strip() != self._token:
                raise ApiError(403, "Invalid or expired token", "OAuthInvalidToken")
            return handler(request, *numbers)

        return answer

    def _institution(self) -> Json:
        world = self._world
        return {"id": world.institution_id, "name": world.institution_name, "domain": f"{world.portal}.example"}

    def _own(self) -> Iterable[Item]:
        world = self._world
        is_on_v2 = world.is_on_v2(world.institution_id)
        return (i for i in world.items.values() if i.institution == world.institution_id and is_on_v2)

    def _custom_fields(self, _: Request) -> Response:
        # Deprecated; to be removed after 2027-01-01.
        return no_such_page() if self._world.custom_fields_removed else json_response(self._world.custom_fields)

    def _articles(self, request: Request) -> Response:
        part, headers = self._part(INSTITUTION_ARTICLES, request, request.query, self._own)
        return json_response([formats.light(self._world, item, private=True) for item in part.found], headers)

    def _accounts(self, request: Request) -> Response:
        query = request.query
        active = read_integer(query, "is_active", 0, 1)
        highest, lowest = read_integer(query, "id_lte", 0), read_integer(query, "id_gte", 0)
        email, user = query.get("email"), query.get("institution_user_id")
        page = read_page(query, self._world.documented_maximums)
        found = [
            a
            for a in self._world.accounts
            if (active is None or a["active"] == active)
            and (highest is None or a["id"] <= highest)
            and (lowest is None or a["id"] >= lowest)
            and (email is None or a["email"] == email)
            and (user is None or a["institution_user_id"] == user)
        ]
        return json_response(found[page.offset : page.offset + page.limit])

    def _reviews(self, request: Request) -> Response:
        query = request.query
        group, article = read_integer(query, "group_id", 0), read_integer(query, "article_id", 0)
        status = query.get("status")
        if status is not None and status not in REVIEW_STATES:
            raise unprocessable(f"status must be one of {', '.join(REVIEW_STATES)}", "status")
        # Only limit and offset are documented here; page is an unknown parameter like any other.
        page = read_page({k: v for k, v in query.items() if k in {"limit", "offset"}}, self._world.documented_maximums)
        found = [
            r
            for r in self._world.reviews
            if (group is None or r["group_id"] == group)
            and (article is None or r["article_id"] == article)
            and (status is None or r["status"] == status)
        ]
        return json_response(found[page.offset : page.offset + page.limit])

    def _review(self, _: Request, number: int) -> Response:
        for review in self._world.reviews:
            if review["id"] == number:
                item = self._world.items[review["article_id"]]
                return json_response({"item": formats.whole(self._world, item.detail)} | review)
        raise not_found("Curation")
