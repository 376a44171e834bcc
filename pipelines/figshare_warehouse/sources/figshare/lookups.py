"""Lookups, each read in one response: groups, categories, licences, item types, the institution, counts of groups."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from typing import Any

import pyarrow as pa

from figshare_warehouse.sources.figshare.client import FigshareClient
from figshare_warehouse.sources.figshare.records.arrow import computed_rows, records_table
from figshare_warehouse.sources.figshare.records.drift import Drift
from figshare_warehouse.sources.http.errors import unusable
from figshare_warehouse.tables import (
    CATEGORIES,
    GROUP_COUNTS,
    GROUPS,
    INSTITUTIONS,
    ITEM_TYPES,
    LICENSES,
    LISTED_ARTICLES,
    Table,
)

Reader = Callable[[], Iterator[pa.Table]]


def public_lists(client: FigshareClient, drift: Drift) -> dict[Table, Reader]:
    """Returns the functions that read the public lists: categories, licences and item types."""
    paths = {CATEGORIES: "/categories", LICENSES: "/licenses", ITEM_TYPES: "/item_types"}
    return {table: _reader(client, table, path, drift) for table, path in paths.items()}


def institution_lists(client: FigshareClient, drift: Drift) -> dict[Table, Reader]:
    """Returns the functions that read the token's institution and its groups; needs an administrator's token."""
    known: list[dict[str, Any]] = []

    def institution() -> dict[str, Any]:
        # The list of groups does not name the institution; only the token's is known.
        path = "/account/institution"
        if not known:
            known.append(_object(client, INSTITUTIONS.name, path))
        if not isinstance(known[0].get("id"), int):
            raise unusable(client.api_url, path, "answered without the institution's id")
        return known[0]

    def institutions() -> Iterator[pa.Table]:
        yield records_table(INSTITUTIONS, [institution()], drift)

    def groups() -> Iterator[pa.Table]:
        constants = {"institution_id": institution()["id"]}
        records = _list(client, "groups", "/account/institution/groups")
        yield records_table(GROUPS, records, drift, constants)

    return {INSTITUTIONS: institutions, GROUPS: groups}


def listed_table(
    listing: str, records: list[dict[str, Any]], drift: Drift, refresh_id: str, seen_at: datetime
) -> pa.Table:
    """Returns one page of a listing as rows of `listed_articles`.

    Args:
        listing: the listing's name.
        records: Figshare's light records.
        drift: where differences are noted.
        refresh_id: the refresh, for each row.
        seen_at: when the page was read (UTC, naive).
    """
    constants = {"listing": listing, "seen_at": seen_at, "refresh_id": refresh_id}
    return records_table(LISTED_ARTICLES, records, drift, constants)


def group_counts(client: FigshareClient, group_ids: Sequence[int], counted_at: datetime) -> pa.Table:
    """Returns Figshare's own number of public articles in each group, as rows of `group_counts`.

    Args:
        client: asks Figshare; the Stats API's public `POST /count/articles`.
        group_ids: the groups; those that the response leaves out get NULL.
        counted_at: kept with each row (UTC, naive).

    Raises:
        RequestError: the counts cannot be read.
    """
    path = "/count/articles"
    body = {"groups": [{"id": group_id} for group_id in group_ids]}
    data = client.post("group_counts", path, body, service="stats").data
    if not isinstance(data, dict):
        raise unusable(client.stats_url, path, "answered with something that is not an object")
    counts = [data.get(str(group_id)) for group_id in group_ids]
    rows = [
        {"group_id": group_id, "article_count": count if type(count) is int else None, "counted_at": counted_at}
        for group_id, count in zip(group_ids, counts, strict=True)
    ]
    return computed_rows(GROUP_COUNTS, rows)


def _reader(client: FigshareClient, table: Table, path: str, drift: Drift) -> Reader:
    def read() -> Iterator[pa.Table]:
        records = _list(client, table.name, path)
        if not records:
            # These lists are never empty; an empty response is a mistake, and would empty the table.
            raise unusable(client.api_url, path, "answered with an empty list")
        yield records_table(table, records, drift)

    return read


def _list(client: FigshareClient, kind: str, path: str) -> list[dict[str, Any]]:
    data = client.get(kind, path).data
    if not isinstance(data, list) or not all(isinstance(record, dict) for record in data):
        raise unusable(client.api_url, path, "answered with something that is not a list")
    return data


def _object(client: FigshareClient, kind: str, path: str) -> dict[str, Any]:
    data = client.get(kind, path).data
    if not isinstance(data, dict):
        raise unusable(client.api_url, path, "answered with something that is not an object")
    return data
