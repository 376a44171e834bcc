"""Asking the handle service about one DOI: it knows each DOI that was ever registered, whatever its state."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from figshare_warehouse.sources.datacite.client import DataciteClient
from figshare_warehouse.sources.http.errors import NotFoundError, unusable

_FOUND, _NOT_FOUND = 1, 100
"""The service's `responseCode`s (Handle.Net HTTP JSON REST API)."""


@dataclass(frozen=True, slots=True)
class Handle:
    """What the handle service says of a DOI.

    Attributes:
        is_registered: whether it knows it.
        url: where it leads; None where it says no address.
    """

    is_registered: bool
    url: str | None = None


def read_handle(client: DataciteClient, doi: str) -> Handle:
    """Returns what the handle service says of a DOI.

    Raises:
        RequestError: it does not say.
    """
    path = f"/{quote(doi, safe='/')}"
    try:
        body = client.get("handles", path, service="handles").data
    except NotFoundError:
        return Handle(False)
    code = body.get("responseCode") if isinstance(body, dict) else None
    if code == _NOT_FOUND:
        return Handle(False)
    if code != _FOUND:
        raise unusable(client.urls["handles"], path, "answered with something that is no handle")
    return Handle(True, _url(body.get("values")))


def _url(values: Any) -> str | None:
    for value in values if isinstance(values, list) else ():
        if isinstance(value, dict) and value.get("type") == "URL":
            data = value.get("data")
            url = data.get("value") if isinstance(data, dict) else data
            return url if isinstance(url, str) else None
    return None
