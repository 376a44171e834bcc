"""Accounts, their details and roles; the institution's roles and embargo options; the token's account."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from figshare_warehouse.sources.figshare.client import FigshareClient
from figshare_warehouse.sources.figshare.facts import PAGE_SIZE
from figshare_warehouse.sources.figshare.paging import offset_pages
from figshare_warehouse.sources.http.errors import unusable

Record = dict[str, Any]

ACCOUNTS_PATH = "/account/institution/accounts"
ROLES_PATH = "/account/institution/roles"
OPTIONS_PATH = "/account/institution/embargo_options"
OWN_PATH = "/account"

LARGEST_ID = 2**63 - 1
"""Ids have 64 bits."""

CUT_PAGES = 10
"""Figshare's page size where none is given. A short page of a multiple of it may have been cut: one more is asked."""


def account_pages(client: FigshareClient) -> Iterator[list[Record]]:
    """Yields the pages of the institution's accounts, by id: each begins after the last id of the one before.

    So there are no offsets, which end at 9,000, and nothing moves while it is read. Where a list is not ordered by id
    it is read by pages.

    Args:
        client: asks Figshare, with an administrator's token.

    Raises:
        DeniedError: the token may not see them.
        RequestError: a page cannot be read; the list is incomplete then.
    """
    after = longest = 0
    while True:
        params = {"id_gte": after, "page_size": PAGE_SIZE} if after else {"page_size": PAGE_SIZE}
        data = client.get("internal_accounts", ACCOUNTS_PATH, params).data
        if not isinstance(data, list) or not all(isinstance(record, dict) for record in data):
            raise unusable(client.api_url, ACCOUNTS_PATH, "answered with something that is not a list of records")
        # A number that is too large is no id, and none follows it that could be asked for.
        ids = [record["id"] for record in data if type(record.get("id")) is int and record["id"] < LARGEST_ID]
        if ids != sorted(ids) or (ids and ids[0] < after):
            if after:
                raise unusable(client.api_url, ACCOUNTS_PATH, "does not list accounts by their ids any more")
            yield from offset_pages(client, "internal_accounts", ACCOUNTS_PATH)
            return
        yield data
        longest = max(longest, len(data))
        if not is_followed(len(data), longest) or not ids:
            return
        after = ids[-1] + 1


def is_followed(record_count: int, longest: int) -> bool:
    """Returns whether another page is asked for after one with so many records, where the longest had `longest`."""
    return 0 < record_count == longest and (record_count >= PAGE_SIZE or record_count % CUT_PAGES == 0)


def page_count(record_count: int) -> int:
    """Returns how many pages a list of so many records is read in."""
    pages, left = divmod(record_count, PAGE_SIZE)
    return pages + 1 + (not pages and is_followed(left, left))


def account_detail(client: FigshareClient, account_id: int) -> Record:
    """Returns the detail of an account.

    Raises:
        NotFoundError: there is no such account, or not for this token.
        DeniedError: the token may not see it.
        RequestError: it cannot be read.
    """
    record = client.get("internal_account", f"{ACCOUNTS_PATH}/{account_id}").data
    if not isinstance(record, dict) or record.get("id") != account_id:
        raise unusable(client.api_url, f"{ACCOUNTS_PATH}/ID", "answered with something that is not this account")
    return record


def own_account(client: FigshareClient) -> Record:
    """Returns the account whose token it is, with all that lists and details have; errors as `account_detail`."""
    record = client.get("internal_own_account", OWN_PATH).data
    if not isinstance(record, dict) or type(record.get("id")) is not int:
        raise unusable(client.api_url, OWN_PATH, "answered with something that is not an account")
    return record


def role_list(client: FigshareClient) -> list[Record]:
    """Returns the institution's roles; errors as `account_pages`."""
    return _list(client, "internal_roles", ROLES_PATH)


def embargo_options(client: FigshareClient) -> list[Record]:
    """Returns the ways in which embargoed items are seen by some; errors as `account_pages`."""
    return _list(client, "internal_embargo_options", OPTIONS_PATH)


def account_roles(client: FigshareClient, account_id: int) -> dict[int, list[Record]]:
    """Returns the roles of an account, by group; errors as `account_detail`."""
    data = client.get("internal_account_roles", f"{ROLES_PATH}/{account_id}").data
    # An account without roles may have an empty list in place of an empty object.
    if data == []:
        return {}
    if not isinstance(data, dict):
        raise unusable(client.api_url, f"{ROLES_PATH}/ID", "answered with something that is not an object")
    found: dict[int, list[Record]] = {}
    for group, roles in data.items():
        is_usable = isinstance(roles, list) and all(isinstance(role, dict) for role in roles)
        if not (group.isascii() and group.isdecimal() and len(group) < 19 and is_usable):
            raise unusable(client.api_url, f"{ROLES_PATH}/ID", "answered with roles that are not of a group")
        found[int(group)] = roles
    return found


def _list(client: FigshareClient, kind: str, path: str) -> list[Record]:
    data = client.get(kind, path).data
    if not isinstance(data, list) or not all(isinstance(record, dict) for record in data):
        raise unusable(client.api_url, path, "answered with something that is not a list of records")
    return data
