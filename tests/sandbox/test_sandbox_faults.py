from __future__ import annotations

import time
from email.utils import parsedate_to_datetime
from typing import Any

import pytest
import requests

from figshare_sandbox import Fault, Faults
from figshare_sandbox.api.messages import Request
from tests.sandbox.sandbox_client import Client


def test_status_with_retry_after_once(client: Client) -> None:
    number = client.sandbox.world.public_ids()[0]
    client.sandbox.faults.add(Fault("status", status=429, retry_after=2, path=r"/articles/\d+$", times=1))
    assert client.get("/articles").status_code == 200
    answer = client.get(f"/articles/{number}")
    assert answer.status_code == 429
    assert answer.headers["Retry-After"] == "2"
    assert answer.json()["code"]
    assert client.get(f"/articles/{number}").status_code == 200


def test_retry_after_as_a_date_or_not_at_all(client: Client) -> None:
    client.sandbox.faults.add(Fault("status", status=503, retry_after="HTTP-date", times=1))
    moment = parsedate_to_datetime(client.get("/licenses").headers["Retry-After"])
    assert abs(moment.timestamp() - time.time()) < 5
    client.sandbox.faults.add(Fault("status", status=500, times=1))
    answer = client.get("/licenses")
    assert answer.status_code == 500
    assert "Retry-After" not in answer.headers


def test_html(client: Client) -> None:
    client.sandbox.faults.add(Fault("html", times=1), Fault("html", status=200, times=2))
    first, second = client.get("/licenses"), client.get("/licenses")
    assert (first.status_code, second.status_code) == (502, 200)
    assert first.text.startswith("<html>")
    assert second.headers["Content-Type"].startswith("text/html")


def test_reset_and_half_body(client: Client) -> None:
    client.sandbox.faults.add(Fault("reset", times=1))
    with pytest.raises(requests.ConnectionError):
        client.get("/licenses")
    assert client.sandbox.requests[-1].status == 0
    client.sandbox.faults.add(Fault("half_body", times=1))
    with pytest.raises((requests.ConnectionError, requests.exceptions.ChunkedEncodingError)):
        client.get("/licenses")
    assert client.get("/licenses").status_code == 200


def test_bad_json(client: Client) -> None:
    client.sandbox.faults.add(Fault("bad_json", times=1))
    answer = client.get("/licenses")
    assert answer.status_code == 200
    assert len(answer.content) == int(answer.headers["Content-Length"])
    with pytest.raises(requests.JSONDecodeError):
        answer.json()


def test_slow(client: Client) -> None:
    client.sandbox.faults.add(Fault("slow", seconds=0.05, path="licenses", times=1))
    started = time.monotonic()
    assert client.get("/licenses").status_code == 200
    assert time.monotonic() - started >= 0.05


def test_empty_page_in_the_middle(client: Client) -> None:
    client.sandbox.faults.add(Fault("empty_page", path="/articles$", query="page=2", times=1))
    own: dict[str, Any] = {"institution": 990, "page_size": 10}
    assert len(client.get("/articles", page=1, **own).json()) == 10
    assert client.get("/articles", page=2, **own).json() == []
    assert len(client.get("/articles", page=3, **own).json()) == 10
    assert len(client.get("/articles", page=2, **own).json()) == 10


def test_an_empty_page_does_not_lose_the_cursors_place(client: Client) -> None:
    first = client.get("/articles", institution=990, limit=40)
    client.sandbox.faults.add(Fault("empty_page", times=1))
    empty = client.get("/articles", cursor=first.headers["X-Cursor"], institution=990, limit=40)
    assert empty.json() == []
    again = client.get("/articles", cursor=empty.headers["X-Cursor"], institution=990, limit=40)
    assert len(again.json()) == 20


@pytest.mark.parametrize("to", ["front", "back"])
def test_moved_items_between_pages(client: Client, to: str) -> None:
    own: dict[str, Any] = {"institution": 990, "page_size": 20}
    before = [r["id"] for page in (1, 2, 3) for r in client.get("/articles", page=page, **own).json()]
    client.sandbox.faults.add(Fault("moved_item", path="/articles$", after=0, times=1, to=to))
    during = [r["id"] for page in (1, 2, 3) for r in client.get("/articles", page=page, **own).json()]
    assert len(during) == 60
    twice, missing = {n for n in during if during.count(n) == 2}, set(before) - set(during)
    assert missing == {before[20]}
    assert twice == ({before[19]} if to == "front" else {before[0]})
    after = [r["id"] for page in (1, 2, 3) for r in client.get("/articles", page=page, **own).json()]
    assert sorted(after) == sorted(before)
    assert (after[0] if to == "front" else after[-1]) == (before[20] if to == "front" else before[0])
    client.sandbox.faults.clear()
    assert [r["id"] for r in client.get("/articles", page=1, **own).json()] == before[:20]


@pytest.mark.parametrize("to", ["front", "back"])
def test_moved_items_with_a_cursor(client: Client, to: str) -> None:
    client.sandbox.faults.add(Fault("moved_item", times=1, to=to))
    found: list[int] = []
    answer = client.get("/articles", institution=990, limit=25)
    while answer.json():
        found += [r["id"] for r in answer.json()]
        answer = client.get("/articles", cursor=answer.headers["X-Cursor"], institution=990, limit=25)
    everything = set(client.sandbox.world.public_ids())
    if to == "front":
        assert len(everything - set(found)) == 1
        assert len(found) == len(set(found))
    else:
        assert set(found) == everything
        assert found[0] == found[-1]


def test_drift(client: Client) -> None:
    number = client.sandbox.world.public_ids()[0]
    client.sandbox.faults.add(
        Fault("unknown_field", name="colour", value={"r": 1}, path="/articles"),
        Fault("changed_type", field="version", value="one", path=r"/articles/\d+$"),
    )
    detail = client.get(f"/articles/{number}").json()
    assert detail["colour"] == {"r": 1}
    assert detail["version"] == "one"
    assert all("colour" in r and "version" not in r for r in client.get("/articles").json())
    assert "colour" not in client.sandbox.world.detail(number)


def test_after_times_and_method() -> None:
    fault = Fault("status", after=2, times=2, method="GET")
    request = Request("GET", "/v2/articles", {}, {})
    assert not fault.strikes(Request("POST", "/v2/articles", {}, {}))
    assert [fault.strikes(request) for _ in range(6)] == [False, False, True, True, False, False]
    assert fault.happened == 2


def test_probability_is_drawn_with_its_seed() -> None:
    request = Request("GET", "/v2/articles", {}, {})
    draws = [[Fault("reset", probability=0.3, seed=seed).strikes(request) for seed in range(200)] for _ in range(2)]
    assert draws[0] == draws[1]
    fault = Fault("reset", probability=0.3, seed=5)
    assert 30 < sum(fault.strikes(request) for _ in range(200)) < 90


def test_only_one_fault_answers_but_others_add_to_it() -> None:
    faults = Faults()
    faults.add(
        Fault("status", status=500, times=1), Fault("status", status=429, times=1), Fault("slow", seconds=1, times=1)
    )
    request = Request("GET", "/v2/articles", {}, {})
    first, second, third = faults.damage(request), faults.damage(request), faults.damage(request)
    assert [f.status for f in first.faults] == [500]
    assert first.late == 1
    assert [f.status for f in second.faults] == [429]
    assert (third.faults, third.late, third.cut) == ([], 0, None)


def test_unknown_kinds_are_refused() -> None:
    with pytest.raises(ValueError, match="no fault"):
        Fault("earthquake")
    with pytest.raises(ValueError, match="front or to the back"):
        Fault("moved_item", to="left")
