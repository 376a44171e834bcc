"""No message about a request for personal data repeats an id, however the request ends."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from figshare_warehouse.errors import FigshareWarehouseError
from figshare_warehouse.sources.figshare.client import FigshareClient
from figshare_warehouse.sources.figshare.internal.accounts import account_detail, account_roles
from figshare_warehouse.sources.figshare.internal.reviews import review, review_comments
from tests.hostile import send, served

ID = 987_654_321
READERS: list[Callable[[FigshareClient, int], Any]] = [account_detail, account_roles, review, review_comments]


@pytest.mark.parametrize("read", READERS)
@pytest.mark.parametrize(
    ("status", "options"), [(200, {}), (500, {"max_tries": 2, "max_minutes": 0.2, "retry_wait_seconds": 99})]
)
def test_no_message_repeats_an_id(
    read: Callable[[FigshareClient, int], Any], status: int, options: dict[str, Any]
) -> None:
    # With 500 there is no time for another try.
    with (
        served(lambda handler: send(handler, b'"x"', status), requests_per_second=0, **options) as client,
        pytest.raises(FigshareWarehouseError) as caught,
    ):
        read(client, ID)
    assert str(ID) not in f"{caught.value} {client.stop_reason} {getattr(caught.value, 'path', '')}"
    assert "/ID" in f"{caught.value} {client.stop_reason}"
