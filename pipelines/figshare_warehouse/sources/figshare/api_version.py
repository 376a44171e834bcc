"""Which version of Figshare's API an institution is on: found out by asking.

In 2026 Figshare began to switch institutions, one by one, from v2 to v3 (metadata by item type). What v2 does for an
institution afterwards is not documented. v3 answers 403 with a sentence for one that is not switched (OpenAPI
description v3.0, July 2026).
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Mapping
from typing import TYPE_CHECKING, Literal, get_args

from figshare_warehouse.errors import UsageError
from figshare_warehouse.sources.figshare.records.itemtype import Catalogue
from figshare_warehouse.sources.http.errors import BadResponse, RequestError

if TYPE_CHECKING:
    from figshare_warehouse.sources.figshare.client import FigshareClient
    from figshare_warehouse.sources.http.retries import Service

ApiVersion = Literal["v2", "v3"]
API_VERSIONS: tuple[ApiVersion, ...] = get_args(ApiVersion)
SERVICES: Mapping[ApiVersion, Service] = {"v2": "api", "v3": "v3"}
ARTICLES_PATH: Mapping[ApiVersion, str] = {"v2": "/articles", "v3": "/items"}

NOT_SWITCHED = "item-type based metadata is not enabled"
"""What v3 says of an institution that is not switched, in lower case."""

MISSING = (403, 404, 410)
"""What an API answers for what it does not have, or not any more."""

OPTIONAL = frozenset({"fields", "item_type_fields"})
"""Kinds of requests that Figshare may refuse to a valid token."""

OF_TOKENS = frozenset({"institutions", "groups"})
"""Kinds of requests for the institution of an administrator's token."""

logger = logging.getLogger("figshare_warehouse")


class NotSwitchedError(RequestError):
    """API v3 does not have it, since the institution is not switched to v3."""


def is_not_switched(bad: BadResponse) -> bool:
    """Whether an answer of API v3 says that the institution is not switched to it."""
    return bad.status == 403 and NOT_SWITCHED in bad.message.lower()


def checked_version(setting: str) -> str:
    """Returns the setting `api_version`.

    Raises:
        UsageError: it is none.
    """
    if setting not in ("auto", *API_VERSIONS):
        raise UsageError(f"api_version is auto, v2 or v3, not {setting!r}.")
    return setting


class Versions:
    """Which version of the API each institution is on.

    Args:
        client: asks Figshare.
        setting: `auto` to find out; `v2` or `v3` to ask that one only.
        known: what was found before, by the institution's id.

    Attributes:
        setting: as given; `v2` where there is no v3 beside the API's address.
        known: what was found, now or before.
        has_items: whether v3 is known to list something.
    """

    def __init__(
        self, client: FigshareClient, setting: str = "auto", known: Mapping[int, ApiVersion] | None = None
    ) -> None:
        self._client = client
        self.setting = setting if client.base_url("v3") else "v2"
        self.known: dict[int, ApiVersion] = dict(known or {})
        self.has_items = False
        self._catalogue: Catalogue | None = None
        self._lock = threading.Lock()
        self._found: set[int] = set()
        self._prefers_v3 = False

    @property
    def is_forced(self) -> bool:
        """Whether one version is asked, whatever the institutions are on."""
        return self.setting != "auto"

    @property
    def is_any_on_v3(self) -> bool:
        """Whether an institution is known to be on v3."""
        return self.setting == "v3" or (not self.is_forced and "v3" in self.known.values())

    @property
    def catalogue(self) -> Catalogue:
        """The fields of the token's institution; asked for when first needed, unless it was set. Empty when not known.

        Raises:
            FigshareWarehouseError: nothing more can be asked.
        """
        with self._lock:
            if self._catalogue is None:
                self._catalogue = _catalogue(self._client)
            return self._catalogue

    @catalogue.setter
    def catalogue(self, known: Catalogue) -> None:
        self._catalogue = known

    def of(self, institution_id: int) -> ApiVersion:
        """Returns the version that an institution is on; asks once for one that is not known to be on v3.

        One that is known to be on v3 is not asked for: its listing tells.

        Raises:
            FigshareWarehouseError: nothing more can be asked.
        """
        if self.setting != "auto":
            return "v3" if self.setting == "v3" else "v2"
        if institution_id not in self._found and self.known.get(institution_id) != "v3":
            self.ask(institution_id)
            self._found.add(institution_id)
        return self.known.get(institution_id, "v2")

    def ask(self, institution_id: int) -> ApiVersion | None:
        """Asks v3 whether it has an institution, whatever the setting; None where it does not say.

        Raises:
            FigshareWarehouseError: nothing more can be asked.
        """
        if not self._client.base_url("v3"):
            return None
        found: ApiVersion | None = None
        try:
            params = {"institution": institution_id, "limit": 1}
            data = self._client.get("api_version", "/items", params, service="v3").data
        except RequestError as error:
            if isinstance(error, NotSwitchedError) or error.status == 404:
                found = "v2"
            else:
                logger.warning("Whether institution %s is on API v3 is not known: %s", institution_id, error)
        else:
            # An empty list may be how v3 says that it does not know the institution.
            if isinstance(data, list) and data:
                found = "v3"
            elif data == []:
                found = self.known.get(institution_id, "v2")
        if found is not None:
            self.known[institution_id] = found
        return found

    def order(self, listed: ApiVersion | None) -> tuple[ApiVersion, ...]:
        """Returns the versions to ask for an article, by the version that listed it."""
        if self.setting == "auto":
            return ("v3", "v2") if listed == "v3" or self._prefers_v3 else ("v2", "v3")
        return ("v3",) if self.setting == "v3" else ("v2",)

    def moved(self) -> None:
        """Notes that v3 has an article that v2 listed and does not have any more: its institution was just switched."""
        self._prefers_v3 = True


def _catalogue(client: FigshareClient) -> Catalogue:
    if not client.has_token or not client.base_url("v3"):
        return Catalogue()
    try:
        listed = client.get("item_type_fields", "/item_types", service="v3").data
    except RequestError as error:
        logger.warning("The fields of the item types are not known: %s", error)
        return Catalogue()
    types = [one for one in listed if isinstance(one, dict)] if isinstance(listed, list) else []
    return Catalogue.of(
        {**field, "item_type_id": one.get("id")}
        for one in types
        for field in one.get("fields") or ()
        if isinstance(field, dict)
        and isinstance(field.get("name"), str)
        and isinstance(field.get("internal_type"), str)
    )
