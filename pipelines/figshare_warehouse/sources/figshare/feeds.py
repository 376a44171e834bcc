"""Feeds: the named listings of an institution, of groups, and of searches over all of Figshare."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from figshare_warehouse.errors import UsageError
from figshare_warehouse.sources.figshare.client import FigshareClient
from figshare_warehouse.sources.figshare.paging import article_pages, search_pages

SHORTEST_SEARCH = 3
"""Fewest characters that Figshare accepts in a search (OpenAPI description v2.0, July 2026)."""


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

    def pages(self, client: FigshareClient, **filters: str | int) -> Iterator[list[dict[str, Any]]]:
        """Yields the listing page by page; filters and errors as `article_pages`."""
        if self.search_for is not None:
            return search_pages(client, {"search_for": self.search_for, **filters})
        scope = {"institution": self.institution_id, "group": self.group_id}
        return article_pages(client, {**{name: id_ for name, id_ in scope.items() if id_ is not None}, **filters})


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
