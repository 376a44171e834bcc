"""Feeds: the named listings of an institution, of groups, and of searches over all of Figshare.

A listing is read through the version of Figshare's API that its institution is on, a search through both.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from figshare_warehouse.errors import UsageError
from figshare_warehouse.sources.figshare.api_version import MISSING, ApiVersion, NotSwitchedError, Versions
from figshare_warehouse.sources.figshare.client import FigshareClient
from figshare_warehouse.sources.figshare.paging import article_pages, item_pages, item_search_pages, search_pages
from figshare_warehouse.sources.figshare.records.itemtype import light
from figshare_warehouse.sources.http.errors import RequestError

SHORTEST_SEARCH = 3
"""Fewest characters that Figshare accepts in a search (OpenAPI description v2.0, July 2026)."""


@dataclass(frozen=True, slots=True)
class Page:
    """A page of a listing.

    Attributes:
        api_version: the version of the API that gave it.
        records: Figshare's light records, in v2's shape.
    """

    api_version: ApiVersion
    records: list[dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Listing:
    """One listing of articles.

    Attributes:
        name: its name in the tables: `institution 1`, `institution 1 group 2`, `search NAME`.
        institution_id: the institution it is limited to; None for a search.
        group_id: the group it is limited to; None for a whole institution or a search.
        search: name of the search; None for an institution or a group.
        search_for: what is searched for, in Figshare's search language.
    """

    name: str
    institution_id: int | None = None
    group_id: int | None = None
    search: str | None = None
    search_for: str | None = None

    def pages(self, client: FigshareClient, versions: Versions, **filters: str | int) -> Iterator[Page]:
        """Yields the listing page by page; filters and errors as `article_pages`.

        Args:
            client: asks Figshare.
            versions: which version of the API to ask.
            **filters: what is added to the query.
        """
        if self.search_for is not None:
            yield from _search(client, versions, {"search_for": self.search_for, **filters})
            return
        scope = {"institution": self.institution_id, "group": self.group_id}
        query = {**{name: id_ for name, id_ in scope.items() if id_ is not None}, **filters}
        if self.institution_id is None:
            yield from _pages("v2", client, query)
            return
        version = versions.of(self.institution_id)
        try:
            has_any = False
            for page in _pages(version, client, query):
                has_any = has_any or bool(page.records)
                yield page
        except NotSwitchedError:
            if versions.is_forced:
                raise
            versions.known[self.institution_id] = "v2"
            yield from _pages("v2", client, query)
        except RequestError as error:
            if version != "v2" or error.status not in MISSING or not self._is_switched(versions):
                raise
            yield from _pages("v3", client, query)
        else:
            if version == "v2" and not has_any and not filters and self._is_switched(versions):
                yield from _pages("v3", client, query)

    def _is_switched(self, versions: Versions) -> bool:
        """Whether the institution, of which v2 has nothing any more, is on v3 by now."""
        return not versions.is_forced and self.institution_id is not None and versions.ask(self.institution_id) == "v3"


def _pages(version: ApiVersion, client: FigshareClient, query: Mapping[str, str | int]) -> Iterator[Page]:
    pages = item_pages if version == "v3" else article_pages
    for records in pages(client, query):
        yield Page(version, [light(record) for record in records])


def _search(client: FigshareClient, versions: Versions, body: Mapping[str, str | int]) -> Iterator[Page]:
    """What both versions find, each article once: through v3 where both have it."""
    found: set[Any] = set()
    if versions.setting != "v2":
        try:
            for records in item_search_pages(client, body, is_expected=versions.has_items or versions.is_any_on_v3):
                found.update(record.get("id") for record in records)
                yield Page("v3", [light(record) for record in records])
        except RequestError as error:
            # Where no institution is on v3, or there is no v3, v2 finds all.
            if versions.is_forced or not (isinstance(error, NotSwitchedError) or error.status == 404):
                raise
    if versions.setting != "v3":
        for records in search_pages(client, body):
            yield Page("v2", [light(record) for record in records if record.get("id") not in found])


def listings_of(
    institution: int | None, groups: Sequence[int] = (), searches: Mapping[str, str] | None = None
) -> list[Listing]:
    """Returns the listings to follow: the whole institution or each of the groups, and each search.

    Args:
        institution: Figshare's id of the institution.
        groups: only these groups, without their subgroups.
        searches: name → query, over all of Figshare.

    Returns:
        The listings, each group once.

    Raises:
        UsageError: Figshare would refuse a search, or one has no name.
    """
    listings = []
    prefix = "" if institution is None else f"institution {institution} "
    if groups:
        listings += [Listing(f"{prefix}group {group}", institution, group) for group in dict.fromkeys(groups)]
    elif institution is not None:
        listings.append(Listing(f"institution {institution}", institution))
    for name, query in (searches or {}).items():
        check_search(name, query)
        listings.append(Listing(f"search {name}", search=name, search_for=query))
    return listings


def check_search(name: str, query: str) -> None:
    """Refuses a search that Figshare would refuse.

    Raises:
        UsageError: it has no name, is too short, or has an unpaired quotation mark or bracket.
    """
    if not name.strip():
        raise UsageError(f"The search '{query}' has no name: write NAME=QUERY.")
    if not isinstance(query, str) or len(query.strip()) < SHORTEST_SEARCH:
        raise UsageError(f"The search '{name}' needs at least {SHORTEST_SEARCH} characters to look for.")
    if query.count('"') % 2:
        raise UsageError(f"The search '{name}' has a quotation mark without its other half: {query}")
    depth = 0
    # Brackets in quotation marks are text.
    for part in query.split('"')[::2]:
        for character in part:
            depth += (character == "(") - (character == ")")
            if depth < 0:
                break
    if depth:
        raise UsageError(f"The search '{name}' has a bracket without its other half: {query}")
