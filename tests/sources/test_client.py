"""The client paces, counts, stops, and keeps the token to itself."""

from __future__ import annotations

import email.utils
import socket
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from figshare_sandbox import Fault, Sandbox
from figshare_warehouse.errors import UsageError
from figshare_warehouse.sources.figshare.articles import Wanted, article_batches
from figshare_warehouse.sources.figshare.client import FigshareClient
from figshare_warehouse.sources.http.errors import NotFoundError, OutageError, RequestError, StoppedError
from figshare_warehouse.sources.http.pacing import Pacer
from figshare_warehouse.sources.http.retries import retry_after


@pytest.mark.parametrize("pace", [20.0, 100.0])
def test_no_two_starts_are_closer_than_the_pace_in_any_thread(pace: float) -> None:
    pacer = Pacer(pace)
    with ThreadPoolExecutor(8) as pool:
        starts = sorted(pool.map(lambda _: pacer.wait(), range(40)))
    between = [later - earlier for earlier, later in pairwise(starts)]
    assert min(between) >= 1 / pace - 1e-9
    # So within any second there are never more than the pace says.
    assert all(sum(start <= other < start + 1 for other in starts) <= pace for start in starts)


def test_what_is_sent_is_as_far_apart_as_what_is_started() -> None:
    pacer, pace = Pacer(20), 20
    sent = []

    def send(connect: float) -> None:
        pacer.wait()
        time.sleep(connect)
        with pacer.sending():
            sent.append(time.monotonic())

    with ThreadPoolExecutor(8) as pool:
        # The first ones of each thread have to make a connection.
        list(pool.map(send, [0.2] * 8 + [0.0] * 20))
    assert min(later - earlier for earlier, later in pairwise(sent)) >= 1 / pace - 1e-9


@pytest.mark.parametrize("pace", [pytest.param(8.0, marks=pytest.mark.slow), 25.0])
def test_the_pace_is_kept_whatever_fails(pace: float) -> None:
    with (
        Sandbox(items=40) as figshare,
        FigshareClient(
            figshare.api_url, requests_per_second=pace, retry_wait_seconds=0.01, max_tries=6, concurrency=8
        ) as client,
    ):
        kinds = ("status", "reset", "half_body", "html")
        figshare.faults.add(*(Fault(kind, probability=0.15, seed=n) for n, kind in enumerate(kinds)))
        wanted = [Wanted(article_id) for article_id in figshare.world.public_ids()[: int(2 * pace)]]
        for _ in article_batches(client, wanted):
            pass
        assert client.retry_count > 3
        asked = [exchange.at for exchange in figshare.requests]
    # They are seen on arrival, which is a little later than they start.
    assert max(asked) - min(asked) >= (len(asked) - 1) / pace - 0.5


def test_what_is_unchanged_is_not_sent_again() -> None:
    with Sandbox(items=1) as figshare, FigshareClient(figshare.api_url, requests_per_second=0) as client:
        figshare.world.conditional_requests = True
        [article_id] = figshare.world.public_ids()
        answer = client.get("article", f"/articles/{article_id}")
        again = client.get("article", f"/articles/{article_id}", etag=answer.etag)
        assert (again.is_unchanged, again.data) == (True, None)


def test_proxies_are_looked_for_once(monkeypatch: pytest.MonkeyPatch) -> None:
    looked_for: list[str] = []

    def look(url: str, **_: object) -> dict[str, str]:
        looked_for.append(url)
        return {}

    monkeypatch.setattr("requests.sessions.get_environ_proxies", look)
    with Sandbox(items=1) as figshare, FigshareClient(figshare.api_url, requests_per_second=0) as client:
        for _ in range(3):
            client.get("licenses", "/licenses")
    assert len(looked_for) == 1


def test_the_stats_of_another_figshare_are_never_asked() -> None:
    with FigshareClient("http://127.0.0.1:9/v2") as client:
        assert not client.has_stats
    with FigshareClient() as client:
        assert client.has_stats


def test_a_pause_holds_everybody_and_stop_ends_it() -> None:
    pacer = Pacer(0)
    pacer.pause(3600)
    waiting = threading.Thread(target=pacer.wait)
    waiting.start()
    pacer.stop()
    waiting.join(10)
    assert not waiting.is_alive()


@pytest.mark.parametrize("pace", [-1, float("nan"), float("inf")])
def test_an_impossible_pace_is_refused(pace: float) -> None:
    with pytest.raises(UsageError):
        Pacer(pace)


def test_the_token_goes_to_the_account_only() -> None:
    with (
        Sandbox(items=1, record_bodies=True) as figshare,
        FigshareClient(figshare.api_url, token=figshare.token, requests_per_second=0) as client,
    ):
        client.get("licenses", "/licenses")
        client.get("groups", "/account/institution/groups")
        asked = {exchange.path: {name.lower() for name in exchange.headers} for exchange in figshare.requests}
    assert "authorization" not in asked["/v2/licenses"]
    assert "authorization" in asked["/v2/account/institution/groups"]


@pytest.mark.parametrize(
    ("url", "token"),
    [
        ("http://example.org/v2", "secret"),
        ("ftp://example.org", None),
        ("https://me:pw@x.org", None),
        ("ftp://me:pw@x.org", None),
        ("http://[x", None),
        ("http://x.org:port", None),
    ],
)
def test_addresses_that_cannot_be_used(url: str, token: str | None) -> None:
    with pytest.raises(UsageError) as raised:
        FigshareClient(url, token=token)
    assert "secret" not in str(raised.value)
    assert "pw" not in str(raised.value)


def test_retry_after_is_honoured() -> None:
    with Sandbox(items=1) as figshare, FigshareClient(figshare.api_url, requests_per_second=0) as client:
        figshare.faults.add(Fault("status", status=429, retry_after=1, path="/licenses", times=1))
        client.get("licenses", "/licenses")
        first, second = figshare.requests
    assert second.at - first.at >= 1
    assert client.counts()["licenses"].retries == 1


def test_a_server_that_asks_to_wait_for_hours_is_not_waited_for() -> None:
    with Sandbox(items=1) as figshare, FigshareClient(figshare.api_url, requests_per_second=0) as client:
        figshare.faults.add(Fault("status", status=503, retry_after=7200, path="/licenses"))
        with pytest.raises(RequestError, match="wait 7200 seconds"):
            client.get("licenses", "/licenses")


def test_not_found_is_not_tried_again() -> None:
    with Sandbox(items=1) as figshare, FigshareClient(figshare.api_url, requests_per_second=0) as client:
        with pytest.raises(NotFoundError) as raised:
            client.get("article", "/articles/1")
        assert (raised.value.status, raised.value.tries, client.request_count) == (404, 1, 1)


def test_a_limit_of_requests_is_kept() -> None:
    with (
        Sandbox(items=1) as figshare,
        FigshareClient(figshare.api_url, requests_per_second=0, max_requests=2) as client,
    ):
        client.get("licenses", "/licenses")
        client.get("licenses", "/licenses")
        with pytest.raises(StoppedError, match="2 requests"):
            client.get("licenses", "/licenses")
        assert len(figshare.requests) == 2


def test_an_outage_ends_the_asking() -> None:
    client = FigshareClient("http://127.0.0.1:9/v2", requests_per_second=0, max_tries=1)
    for _ in range(10):
        with pytest.raises(RequestError, match="connection refused"):
            client.get("licenses", "/licenses")
    with pytest.raises(StoppedError):
        client.get("licenses", "/licenses")
    assert isinstance(client.stop_reason, OutageError)
    assert client.request_count == 10


@pytest.mark.parametrize(("ahead", "least", "most"), [(600, 500, 600), (-86400, 0, 0)])
def test_retry_after_can_be_a_date(ahead: float, least: float, most: float) -> None:
    moment = datetime.now(UTC) + timedelta(seconds=ahead)
    wait = retry_after(email.utils.format_datetime(moment, usegmt=True))
    assert wait is not None
    assert least <= wait <= most


@settings(max_examples=50, deadline=None, derandomize=True)
@given(st.text() | st.from_regex(r"\w{3}, \d+ (Oct|Feb) \d+ [\d:]+ [+-]?\w+"))
def test_a_retry_after_that_says_nothing_is_no_crash(value: str) -> None:
    wait = retry_after(value)
    assert wait is None or wait >= 0


def test_the_minutes_are_not_waited_away() -> None:
    with (
        Sandbox(items=1) as figshare,
        FigshareClient(figshare.api_url, requests_per_second=0, max_minutes=1) as client,
    ):
        figshare.faults.add(Fault("status", status=429, retry_after=120, path="/licenses"))
        with pytest.raises(StoppedError, match="--max-minutes"):
            client.get("licenses", "/licenses")
        assert client.request_count == 1
        # Why nothing was read is told besides.
        with pytest.raises(StoppedError, match=r"--max-minutes\) was reached\. Last, .*/licenses .*429"):
            client.get("categories", "/categories")


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere a full queue refuses")
def test_a_connection_that_does_not_come_about_is_not_waited_for_when_abandoned(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("figshare_warehouse.sources.http.transport.LONGEST_CONNECT", 3600)
    with socket.socket() as deaf, ExitStack() as queue:
        deaf.bind(("127.0.0.1", 0))
        deaf.listen(0)
        for _ in range(3):
            waiting = queue.enter_context(socket.socket())
            waiting.setblocking(False)
            waiting.connect_ex(deaf.getsockname())
        address = f"http://127.0.0.1:{deaf.getsockname()[1]}/v2"
        client = FigshareClient(address, requests_per_second=0, max_tries=1, timeout_seconds=3600)
        asked = threading.Event()

        def ask() -> None:
            asked.set()
            client.get("licenses", "/licenses")

        with ThreadPoolExecutor(1) as pool:
            under_way = pool.submit(ask)
            asked.wait()
            client.stop(StoppedError("Enough."))
            client.abandon()
            with pytest.raises(StoppedError):
                under_way.result(timeout=120)
