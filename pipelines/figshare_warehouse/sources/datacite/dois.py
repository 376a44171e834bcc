"""Reading DOIs: all below some prefixes, those that changed, those that are named; and how many there are.

Facts about the API: DataCite's own source code (datacite/lupo, August 2026). Pages are by cursor, oldest DOI first,
whatever sorting is asked for; only findable DOIs are public; `updated` moves with each event about a DOI, too.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import parse_qs, quote, urlsplit

import pyarrow as pa

from figshare_warehouse.sources.datacite.client import DataciteClient
from figshare_warehouse.sources.figshare.records.arrow import records_table
from figshare_warehouse.sources.figshare.records.drift import Drift
from figshare_warehouse.sources.http.errors import unusable
from figshare_warehouse.tables import DOIS

PAGE_SIZE = 1000
"""DOIs or events in a page, the most that DataCite gives."""

MOST_NAMED = 150
"""Most DOIs named in one request."""

LONGEST_QUERY = 6000
"""Most bytes of the DOIs named in one request: servers take addresses of 8,000."""

_FIELDS = (
    *("doi", "url", "state", "created", "registered", "updated"),
    *("citationCount", "referenceCount", "viewCount", "downloadCount"),
)
_ASKED = {"fields[dois]": ",".join((*_FIELDS, "client")), "disable-facets": "true"}


@dataclass(frozen=True, slots=True)
class DoiPage:
    """One page of DOIs.

    Attributes:
        records: the DOIs, in the fields that the table `dois` reads.
        total: how many there are on all pages, as this page says.
        answered_at: when it was given, by DataCite's clock (UTC, naive); None when not said.
    """

    records: list[dict[str, Any]]
    total: int
    answered_at: datetime | None


def prefix_of(doi: str) -> str:
    """Returns the prefix of a DOI."""
    return doi.partition("/")[0]


def doi_pages(
    client: DataciteClient, prefixes: Sequence[str], updated_since: datetime | None = None
) -> Iterator[DoiPage]:
    """Yields the pages of all findable DOIs below some prefixes.

    Args:
        client: asks DataCite.
        prefixes: the prefixes.
        updated_since: only DOIs that moved since then (UTC, by DataCite's clock); None for all.

    Raises:
        RequestError: a page cannot be read or used, or the pages have fewer DOIs than they say.
    """
    params: dict[str, str | int] = {"prefix": ",".join(prefixes)}
    if updated_since is not None:
        params["query"] = f"updated:[{updated_since:%Y-%m-%dT%H:%M:%SZ} TO *]"
    seen: set[str] = set()
    total = 0
    for data, answer_total, answered_at in pages(client, "dois", "/dois", params | _ASKED):
        records = [record for record in map(_record, data) if record is not None]
        total = answer_total
        seen.update(record["doi"] for record in records)
        yield DoiPage(records, total, answered_at)
    if len(seen) < total:
        raise unusable(client.urls["datacite"], "/dois", f"answered with {len(seen):,} of {total:,} DOIs")


def doi_count(client: DataciteClient, prefixes: Sequence[str]) -> int:
    """Returns how many findable DOIs there are below some prefixes.

    Raises:
        RequestError: that cannot be read.
    """
    params: dict[str, str | int] = {"prefix": ",".join(prefixes), "page[size]": 0, "disable-facets": "true"}
    _, total = _listed(client, "/dois", client.get("dois", "/dois", params).data)
    return total


def named_dois(client: DataciteClient, dois: Sequence[str]) -> list[dict[str, Any]]:
    """Returns those of some DOIs that are findable; at most so many as `in_requests` puts together.

    Raises:
        RequestError: they cannot be read.
    """
    params: dict[str, str | int] = {"ids": ",".join(dois), "page[size]": PAGE_SIZE, **_ASKED}
    data, _ = _listed(client, "/dois", client.get("dois", "/dois", params).data)
    asked = set(dois)
    return [record for record in map(_record, data) if record is not None and record["doi"] in asked]


def in_requests(dois: Sequence[str]) -> Iterator[list[str]]:
    """Yields DOIs in parts that fit one request each; those with a comma, which divides them there, are left out."""
    part: list[str] = []
    size = 0
    for doi in dois:
        if "," in doi:
            continue
        length = len(quote(doi, safe="")) + 3
        if part and (len(part) >= MOST_NAMED or size + length > LONGEST_QUERY):
            yield part
            part, size = [], 0
        part.append(doi)
        size += length
    if part:
        yield part


def dois_table(records: Sequence[dict[str, Any]], drift: Drift, refresh_id: str, seen_at: datetime) -> pa.Table:
    """Returns DOIs as rows of the table `dois`."""
    rows = records_table(DOIS, records, drift, {"refresh_id": refresh_id, "seen_at": seen_at})
    prefixes = pa.array([prefix_of(doi) for doi in rows.column("doi").to_pylist()], pa.string())
    return rows.set_column(rows.column_names.index("prefix"), rows.schema.field("prefix"), prefixes)


def pages(
    client: DataciteClient, kind: str, path: str, params: Mapping[str, str | int]
) -> Iterator[tuple[list[Any], int, datetime | None]]:
    """Yields the records of each page, how many there are in all, and when it was given.

    Raises:
        RequestError: a page cannot be read or used, or leads to one that was there already.
    """
    cursor, cursors = "1", {"1"}
    while True:
        answer = client.get(kind, path, {**params, "page[size]": PAGE_SIZE, "page[cursor]": cursor})
        data, total = _listed(client, path, answer.data)
        yield data, total, answer.answered_at
        links = answer.data.get("links")
        following = links.get("next") if isinstance(links, dict) else None
        if not data or not isinstance(following, str):
            return
        # Only its cursor counts: the address leaves out some of what was asked.
        [cursor] = parse_qs(urlsplit(following).query).get("page[cursor]", [""])[:1]
        if not cursor or cursor in cursors:
            raise unusable(client.urls["datacite"], path, "answered with a page that leads to no further one")
        cursors.add(cursor)


def _listed(client: DataciteClient, path: str, body: Any) -> tuple[list[Any], int]:
    """The records of a page, and the total."""
    data = body.get("data") if isinstance(body, dict) else None
    meta = body.get("meta") if isinstance(body, dict) else None
    total = meta.get("total") if isinstance(meta, dict) else None
    if not isinstance(data, list) or not isinstance(total, int) or isinstance(total, bool) or total < 0:
        raise unusable(client.urls["datacite"], path, "answered with something that is not a list with its total")
    return data, total


def _record(one: Any) -> dict[str, Any] | None:
    """A DOI in the fields that are read; None for what is none."""
    attributes = one.get("attributes") if isinstance(one, dict) else None
    if not isinstance(attributes, dict):
        return None
    doi = attributes.get("doi") or one.get("id")
    if not isinstance(doi, str) or "/" not in doi:
        return None
    record = {name: attributes.get(name) for name in _FIELDS}
    return record | {"doi": doi.strip().lower(), "client": _client_of(one)}


def _client_of(one: dict[str, Any]) -> str | None:
    for name in ("relationships", "client", "data"):
        one = one.get(name)  # type: ignore[assignment]
        if not isinstance(one, dict):
            return None
    id_ = one.get("id")
    return id_.lower() if isinstance(id_, str) else None
