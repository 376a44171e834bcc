"""Lookups, each read in one response: groups, categories, licences, item types, fields, the institution, counts."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from datetime import datetime
from typing import Any

import pyarrow as pa

from figshare_warehouse.article_references import ArticleReference
from figshare_warehouse.sources.figshare.api_version import ARTICLES_PATH, MISSING, SERVICES, Versions
from figshare_warehouse.sources.figshare.articles import detail_of
from figshare_warehouse.sources.figshare.client import FigshareClient
from figshare_warehouse.sources.figshare.feeds import Page
from figshare_warehouse.sources.figshare.records.arrow import computed_rows, records_table
from figshare_warehouse.sources.figshare.records.drift import Drift
from figshare_warehouse.sources.figshare.records.shapes import field_of
from figshare_warehouse.sources.http.errors import NotFoundError, RequestError, unusable
from figshare_warehouse.sources.http.retries import Service
from figshare_warehouse.tables import (
    CATEGORIES,
    FIELDS,
    GROUP_COUNTS,
    GROUPS,
    INSTITUTIONS,
    ITEM_TYPE_FIELDS,
    ITEM_TYPES,
    LICENSES,
    LISTED_ARTICLES,
    Table,
)

Reader = Callable[[], Iterator[pa.Table]]


def public_lists(client: FigshareClient, drift: Drift, versions: Versions) -> dict[Table, Reader]:
    """Returns the functions that read the public lists: categories, licences and item types."""
    paths = {
        CATEGORIES: ("/categories", "/categories"),
        LICENSES: ("/licenses", "/licences"),
        ITEM_TYPES: ("/item_types", "/item_types"),
    }
    return {table: _reader(client, table, *path, drift, versions) for table, path in paths.items()}


def institution_lists(client: FigshareClient, drift: Drift, versions: Versions) -> dict[Table, Reader]:
    """Returns the readers of the token's institution, its groups and fields; needs an administrator's token."""
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

    def fields() -> Iterator[pa.Table]:
        constants = {"institution_id": institution()["id"]}
        records = _fields(client, drift, versions)
        if records is not None:
            yield records_table(FIELDS, records, drift, constants)

    def item_type_fields() -> Iterator[pa.Table]:
        if not versions.is_any_on_v3:
            return
        institution_id = institution()["id"]
        for item_type in _list(client, ITEM_TYPE_FIELDS.name, "/item_types", "v3"):
            records = [field for field in item_type.get("fields") or () if isinstance(field, dict)]
            constants = {"institution_id": institution_id, "item_type_id": item_type.get("id")}
            if type(constants["item_type_id"]) is int:
                yield records_table(ITEM_TYPE_FIELDS, records, drift, constants)

    return {INSTITUTIONS: institutions, GROUPS: groups, FIELDS: fields, ITEM_TYPE_FIELDS: item_type_fields}


CUSTOM_FIELDS_PATH = "/account/institution/custom_fields"
"""v2's list of custom fields. Figshare removes it after 2027-01-01 (OpenAPI description v2.0, July 2026)."""


def _fields(client: FigshareClient, drift: Drift, versions: Versions) -> list[dict[str, Any]] | None:
    """The institution's fields, from whichever list answers; None where none does."""
    for version in ("v3", "v2") if versions.is_any_on_v3 else ("v2", "v3"):
        try:
            if version == "v3" and client.base_url("v3"):
                return _list(client, FIELDS.name, "/account/items/fields", "v3")
            if version == "v2":
                listed = _list(client, FIELDS.name, CUSTOM_FIELDS_PATH)
                return [{"internal_type": "custom", **field} for field in listed]
        except RequestError as error:
            if error.status not in MISSING:
                raise
            if version == "v2":
                drift.note(FIELDS.name, CUSTOM_FIELDS_PATH, "not found", None, None)
    return None


def article_with_doi(client: FigshareClient, reference: ArticleReference, versions: Versions) -> tuple[int, str] | None:
    """Returns the id and title of the article with a DOI, of whichever version; None where none is public.

    Whether the list that is asked takes a DOI without its version is not documented, so the article whose id the DOI
    seems to hold is asked for first.

    Args:
        client: asks Figshare.
        reference: the DOI.
        versions: which versions of the API to ask.

    Raises:
        RequestError: it cannot be asked.
    """
    if reference.article_id is not None:
        with suppress(NotFoundError):
            record = detail_of(client, reference.article_id, versions, "v2")
            if reference.is_doi(field_of(record, "doi")):
                return reference.article_id, str(field_of(record, "title"))
    for version in versions.order(None):
        path, service = ARTICLES_PATH[version], SERVICES[version]
        if not client.base_url(service):
            continue
        try:
            records = client.get("article_doi", path, {"doi": reference.doi or ""}, service=service).data
        except RequestError as error:
            # Where no institution is on v3, or there is no v3, v2 knows all.
            if version == "v3" and error.status in MISSING:
                continue
            raise
        if not isinstance(records, list):
            raise unusable(client.base_url(service), path, "answered with something that is not a list")
        for record in records:
            if isinstance(record, dict) and type(record.get("id")) is int and reference.is_doi(record.get("doi")):
                return record["id"], str(record.get("title"))
    return None


def listed_table(listing: str, page: Page, drift: Drift, refresh_id: str, seen_at: datetime) -> pa.Table:
    """Returns one page of a listing as rows of `listed_articles`.

    Args:
        listing: the listing's name.
        page: the page.
        drift: where differences are noted.
        refresh_id: the refresh, for each row.
        seen_at: when the page was read (UTC, naive).
    """
    constants = {"listing": listing, "api_version": page.api_version, "seen_at": seen_at, "refresh_id": refresh_id}
    return records_table(LISTED_ARTICLES, page.records, drift, constants)


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


def _reader(client: FigshareClient, table: Table, path: str, path_v3: str, drift: Drift, versions: Versions) -> Reader:
    def read() -> Iterator[pa.Table]:
        service: Service = "v3" if versions.setting == "v3" else "api"
        try:
            records = _list(client, table.name, path_v3 if service == "v3" else path, service)
        except RequestError as error:
            if error.status not in MISSING or not versions.is_any_on_v3:
                raise
            # Either version's list will do.
            service = "api" if service == "v3" else "v3"
            records = _list(client, table.name, path_v3 if service == "v3" else path, service)
        if not records:
            # These lists are never empty; an empty response is a mistake, and would empty the table.
            raise unusable(client.base_url(service), path, "answered with an empty list")
        yield records_table(table, records, drift)

    return read


def _list(client: FigshareClient, kind: str, path: str, service: Service = "api") -> list[dict[str, Any]]:
    data = client.get(kind, path, service=service).data
    if not isinstance(data, list) or not all(isinstance(record, dict) for record in data):
        raise unusable(client.base_url(service), path, "answered with something that is not a list")
    return data


def _object(client: FigshareClient, kind: str, path: str) -> dict[str, Any]:
    data = client.get(kind, path).data
    if not isinstance(data, dict):
        raise unusable(client.api_url, path, "answered with something that is not an object")
    return data
