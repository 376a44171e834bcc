"""The half of the REST API that needs a token: the account's own, and what an administrator sees."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Any

from figshare_sandbox.api import formats
from figshare_sandbox.api.listing import Endpoint, ListingPart, read_body
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
from figshare_sandbox.world.catalogue import REVIEW_STATES
from figshare_sandbox.world.model import Item, Json

if TYPE_CHECKING:
    from figshare_sandbox.world.world import World

Handler = Callable[..., Response]

# No cursor is documented here: beyond 9,000 articles one moves `published_since` on.
INSTITUTION_ARTICLES = Endpoint(
    "/account/institution/articles",
    ("published_since", "modified_since", "resource_doi", "item_type", "group", "status"),
    ("published_date", "modified_date"), cursor=False,
)  # fmt: skip
OWN_SEARCH_FILTERS = ("institution", "group", "published_since", "modified_since")
_INSTITUTION = "/account/institution"


class AccountRoutes:
    """Answers requests below `/account`. Callers hold the world's lock."""

    def __init__(self, world: World, tokens: Mapping[str, int], part: ListingPart) -> None:
        self._world = world
        self._tokens = tokens
        self._part = part

    def routes(self) -> list[tuple[str, str, Handler]]:
        """Method, pattern of the path, handler."""
        world = self._world
        administration = world.administration
        n = r"(\d{1,15})"
        institution: list[tuple[str, str, Handler]] = [
            ("", "", lambda _: json_response(self._institution())),
            ("groups", "/groups", lambda _: json_response(world.groups)),
            ("custom_fields", "/custom_fields", self._custom_fields),
            ("articles", "/articles", self._articles),
            ("accounts", "/accounts", self._accounts),
            ("accounts", f"/accounts/{n}", lambda _, one: _found(administration.account(one), "Account")),
            ("users", f"/users/{n}", lambda _, one: _found(administration.user(one), "User")),
            ("roles", "/roles", lambda _: json_response(administration.roles)),
            ("roles", f"/roles/{n}", lambda _, one: _found(administration.roles_by_group(one), "Account")),
            ("embargo_options", "/embargo_options", lambda _: json_response(administration.embargo_options)),
            ("embargo_options", f"/groups/{n}/embargo_options", self._group_embargo_options),
            ("reviews", "/reviews", self._reviews),
            ("reviews", f"/review/{n}", self._review),
            ("comments", f"/review/{n}/comments", self._comments),
        ]
        own: list[tuple[str, str, Handler]] = [
            ("GET", "/account", self._account),
            ("GET", "/account/articles", self._own_articles),
            ("POST", "/account/articles/search", self._own_articles_search),
            ("GET", f"/account/articles/{n}", self._own_article),
            ("GET", f"/account/articles/{n}/files", self._own_files),
        ]
        return [
            *((method, pattern, self.guarded(handler)) for method, pattern, handler in own),
            *(("GET", _INSTITUTION + end, self.guarded(handler, part)) for part, end, handler in institution),
        ]

    def guarded(self, handler: Handler, part: str = "") -> Handler:
        """The handler, for those who send a token and, where it is of a part of the institution, may see that."""

        def answer(request: Request, *numbers: int) -> Response:
            account = self._account_of(request)
            administration = self._world.administration
            if part and (account not in administration.administrators or part in administration.denied):
                raise ApiError(403, f"You do not have the rights to see {part}", "Forbidden")
            return handler(request, *numbers)

        return answer

    def _account_of(self, request: Request) -> int:
        given = request.headers.get("Authorization", "")
        scheme, _, token = given.partition(" ")
        if not given:
            raise ApiError(401, "Authorization is needed", "Unauthorized")
        account = self._tokens.get(token.strip())
        if scheme.lower() != "token" or account is None:
            raise ApiError(403, "Invalid or expired token", "OAuthInvalidToken")
        return account

    # The token's account

    def _account(self, request: Request) -> Response:
        return _found(self._world.administration.account(self._account_of(request)), "Account")

    def _items_of(self, account: int) -> list[Item]:
        return [item.working_copy for item in self._own() if item.account_id == account]

    def own_part(self, request: Request) -> list[Item]:
        """The part of the token's articles, in every state, that is asked for: only paging is documented."""
        account = self._account_of(request)
        page = read_page(request.query, self._world.documented_maximums)
        found = [item.working_copy for item in self._world.items.values() if item.account_id == account]
        found = [item for item in found if item.institution == self._world.institution_id]
        return sorted(found, key=lambda item: -item.id)[page.offset : page.offset + page.limit]

    def _own_articles(self, request: Request) -> Response:
        shown = self.own_part(request) if self._world.is_on_v2(self._world.institution_id) else []
        return json_response([formats.light(self._world, item, private=True) for item in shown])

    def _own_articles_search(self, request: Request) -> Response:
        account = self._account_of(request)
        # Named for the account, since what one account finds is not kept for another.
        endpoint = Endpoint(
            f"/account/articles/search {account}", OWN_SEARCH_FILTERS, ("created_date",), "created_date", cursor=False,
            search=True,
        )  # fmt: skip
        part, headers = self._part(endpoint, request, read_body(request, endpoint), lambda: self._items_of(account))
        return json_response(
            [formats.light(self._world, item, search=True, private=True) for item in part.found], headers
        )

    def readable(self, request: Request, number: int) -> Item:
        """An article that the token may read: its own, and any of the institution for an administrator."""
        account = self._account_of(request)
        administration = self._world.administration
        item = self._world.items.get(number)
        if item is None:
            raise not_found("Article")
        is_others = account in administration.administrators and item.institution == self._world.institution_id
        if item.account_id != account and (not is_others or "article" in administration.denied):
            raise not_found("Article") if not is_others else ApiError(403, "You may not see this article", "Forbidden")
        return item

    def _readable(self, request: Request, number: int) -> Item:
        if not self._world.is_on_v2(self._world.institution_id):
            raise not_found("Article")
        return self.readable(request, number)

    def _own_article(self, request: Request, number: int) -> Response:
        return json_response(formats.private(self._world, self._readable(request, number)))

    def _own_files(self, request: Request, number: int) -> Response:
        item = self._readable(request, number)
        page = read_page(request.query, self._world.documented_maximums)
        files = item.working_copy.detail.get("files") or []
        shown = files[page.offset : page.offset + page.limit]
        return json_response([formats.private_file(item, record) for record in shown])

    # The institution

    def _institution(self) -> Json:
        world = self._world
        return {"id": world.institution_id, "name": world.institution_name, "domain": f"{world.portal}.example"}

    def _own(self) -> Iterable[Item]:
        world = self._world
        is_on_v2 = world.is_on_v2(world.institution_id)
        return (i for i in world.items.values() if i.institution == world.institution_id and is_on_v2)

    def _working_copies(self) -> Iterable[Item]:
        return (item.working_copy for item in self._own())

    def _custom_fields(self, _: Request) -> Response:
        # Deprecated; to be removed after 2027-01-01.
        return no_such_page() if self._world.custom_fields_removed else json_response(self._world.custom_fields)

    def _articles(self, request: Request) -> Response:
        part, headers = self._part(INSTITUTION_ARTICLES, request, request.query, self._working_copies)
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
        return json_response(self.reviews_part(request, "article_id"))

    def reviews_part(self, request: Request, article_name: str) -> list[Json]:
        """The part of the reviews that is asked for; `article_name` is what filters by an article."""
        query = request.query
        group, article = read_integer(query, "group_id", 0), read_integer(query, article_name, 0)
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
        return found[page.offset : page.offset + page.limit]

    def _review(self, _: Request, number: int) -> Response:
        for review in self._world.reviews:
            if review["id"] == number:
                submitted = self._world.administration.curation.submitted(review)
                return json_response({"item": formats.whole(self._world, submitted or {})} | review)
        raise not_found("Curation")

    def _comments(self, request: Request, number: int) -> Response:
        # The description has one object here; real answers are a list.
        page = read_page(
            {k: v for k, v in request.query.items() if k in {"limit", "offset"}}, self._world.documented_maximums
        )
        comments = self._world.administration.curation.comments
        if number not in comments:
            raise not_found("Curation")
        return json_response(comments[number][page.offset : page.offset + page.limit])

    def _group_embargo_options(self, _: Request, number: int) -> Response:
        if number not in {group["id"] for group in self._world.groups}:
            raise not_found("Group")
        return json_response(self._world.administration.embargo_options)


def _found(record: Any, what: str) -> Response:
    if record is None:
        raise not_found(what)
    return json_response(record)
