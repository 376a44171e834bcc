"""What a refresh follows: its listings, and the id of its institution, which is found once where it is not given."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from typing import Any

import duckdb

from figshare_warehouse.errors import UsageError
from figshare_warehouse.refresh.plan_lines import Planned
from figshare_warehouse.refresh.run import Run
from figshare_warehouse.settings import FigshareSettings
from figshare_warehouse.sources.figshare.client import FigshareClient
from figshare_warehouse.sources.figshare.feeds import Listing, listings_of
from figshare_warehouse.sources.figshare.institutions import (
    KIND,
    FoundInstitution,
    find_institution,
    institution_reference,
)
from figshare_warehouse.sources.figshare.records.arrow import computed_rows
from figshare_warehouse.tables import FOUND_INSTITUTIONS
from figshare_warehouse.warehouse import store
from figshare_warehouse.warehouse.forgetting import forget

logger = logging.getLogger("figshare_warehouse")

_NOT_FOUND = 0
"""In place of an id that has to be found; Figshare gives it to none."""


def followed(settings: FigshareSettings) -> list[Listing]:
    """Returns the listings that the settings name; an institution of which no id is known yet is named as given.

    Raises:
        UsageError: there are none, or Figshare would refuse a search.
    """
    is_found = settings.institution is None or settings.institution_id is not None
    institution = settings.institution_id if is_found else _NOT_FOUND
    listings = listings_of(institution, settings.groups or (), settings.searches)
    if settings.groups and institution is None:
        raise UsageError("Say which institution the groups belong to: --institution ID.")
    if (settings.internal or settings.account) and not settings.token:
        option, what = ("--internal", "an administrator's") if settings.internal else ("--account", "a")
        raise UsageError(
            f"{option} needs {what} token: set it as sources.figshare.token in .dlt/secrets.toml or as the environment "
            "variable SOURCES__FIGSHARE__TOKEN."
        )
    if not listings and not settings.articles and not settings.account:
        raise UsageError(
            "Say what to load: --institution with Figshare's id of it, the URL or DOI of one of its articles, or its "
            "portal; --search NAME=QUERY; or --article with the id, DOI or URL of one article."
        )
    named = f"the institution of {settings.institution}"
    return [
        listing if is_found else replace(listing, name=listing.name.replace(f"institution {_NOT_FOUND}", named, 1))
        for listing in listings
    ]


def institution_asked(
    settings: FigshareSettings, connection: duckdb.DuckDBPyConnection | None
) -> tuple[FigshareSettings, bool]:
    """Returns the settings with the institution's id, if the warehouse remembers it, and whether it has to be found.

    Args:
        settings: what was given.
        connection: the warehouse; None where there is none yet.
    """
    if settings.institution is None or settings.institution_id is not None:
        return settings, False
    # A new warehouse has no such table yet.
    with suppress(duckdb.CatalogException):
        if connection is not None:
            for row in store.ask(connection, "found_institutions", reference=settings.institution):
                return replace(settings, institution=str(row["institution_id"])), False
    return settings, True


def planned_institution(settings: FigshareSettings) -> Planned:
    """The requests for the id of the institution."""
    reference = institution_reference(settings.institution or "")
    why = f"the id of the institution of {reference.text}"
    if reference.article is None:
        return Planned(KIND, 2, "estimated", why)
    if reference.article.article_id is None:
        return Planned(KIND, 2, "due", why)
    return Planned(KIND, 1, "estimated" if reference.article.doi else "due", why)


def found_institution(settings: FigshareSettings, client: FigshareClient) -> FoundInstitution:
    """Asks Figshare for the id of the institution.

    Raises:
        FigshareWarehouseError: as `find_institution`.
    """
    found = find_institution(client, institution_reference(settings.institution or ""))
    logger.info("The institution was found: %s", found)
    return found


def remember(run: Run) -> None:
    """Keeps the id that was found, for later refreshes."""
    found = run.found
    if found is not None:
        row = {
            "reference": found.reference,
            "institution_id": found.institution_id,
            "institution_name": found.institution_name,
            "article_id": found.article_id,
            "found_at": run.now(),
        }
        run.keep(FOUND_INSTITUTIONS, [computed_rows(FOUND_INSTITUTIONS, [row])])


def refuse_wrong_institution(run: Run, readings: Sequence[Mapping[str, Any]]) -> None:
    """Refuses an institution that is new here and shows no article, or not the one that it was found from.

    Args:
        run: the refresh; the warehouse is as it was before.
        readings: rows of `listings` for listings that were read to their end.

    Raises:
        UsageError: its id is wrong.
    """
    institution, found = run.settings.institution_id, run.found
    theirs = {one["listing"]: one["article_count"] for one in readings if one["institution_id"] is not None}
    if institution is None or institution in run.institutions_held:
        return
    if theirs and not any(theirs.values()):
        # What was noted of it until now.
        forget(run.connection, institution)
        source = f" {found}" if found else ""
        raise UsageError(
            f"Figshare shows no public article of {', '.join(theirs)}: is the id right?{source} Give --institution the "
            "URL or DOI of one of its articles, and the id is found."
        )
    if found is None or found.article_id is None or f"institution {institution}" not in theirs:
        return
    if not run.ask("article_listed", listing=f"institution {institution}", article_id=found.article_id):
        forget(run.connection, institution)
        raise UsageError(
            f"{found} But Figshare does not list that article there: give --institution the URL or DOI of another "
            "article of the institution, or its id."
        )
