"""Time and size have bounds whatever a server sends: each of these was once waited for, or held, without end."""

from __future__ import annotations

import gzip
import os
import socket
import subprocess
import sys
import threading
import time
import zlib
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Any

import pytest

from figshare_sandbox import Fault, Sandbox
from figshare_warehouse.errors import FigshareWarehouseError
from figshare_warehouse.sources.figshare.client import FigshareClient
from figshare_warehouse.sources.http import connections, responses, transport
from figshare_warehouse.sources.http.errors import NotFoundError, RequestError, StoppedError
from figshare_warehouse.sources.http.pacing import Pacer
from tests.hostile import send, served
from tests.support import ROOT, TODAY, Refreshed, count


@contextmanager
def sending(begin: bytes, drip: bytes) -> Iterator[str]:
    """The address of a server that begins a response and then sends a few bytes each hundredth of a second."""
    over = threading.Event()

    def answer(connected: socket.socket) -> None:
        with connected, suppress(OSError):
            connected.recv(2**16)
            connected.sendall(begin)
            while not over.wait(0.01):
                connected.sendall(drip)

    def accept(listening: socket.socket) -> None:
        with suppress(OSError):
            while not over.is_set():
                connected, _ = listening.accept()
                threading.Thread(target=answer, args=[connected], daemon=True).start()

    with socket.create_server(("127.0.0.1", 0)) as listening:
        threading.Thread(target=accept, args=[listening], daemon=True).start()
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"
        over.set()
        with suppress(OSError):
            listening.shutdown(socket.SHUT_RDWR)


CHUNKED = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
DRIPS = {
    "status line": (b"HTTP/1.1 200 ", b"O"),
    "header": (b"HTTP/1.1 200 OK\r\nX-Slow: ", b"x"),
    "headers": (b"HTTP/1.1 200 OK\r\n", b"X-Slow: 1\r\n"),
    "100 Continue": (b"", b"HTTP/1.1 100 Continue\r\n\r\n"),
    "header of a 100 Continue": (b"HTTP/1.1 100 Continue\r\nX-Slow: ", b"x"),
    "chunk's extension": (CHUNKED + b"1;slow=", b"x"),
    "trailer": (CHUNKED + b"2\r\n[]\r\n0\r\nX-Slow: ", b"x"),
    "chunks": (CHUNKED, b"1\r\n \r\n"),
}


@pytest.mark.parametrize("what", DRIPS)
def test_what_drips_has_a_time_for_all_of_it(monkeypatch: pytest.MonkeyPatch, what: str) -> None:
    monkeypatch.setattr(connections, "LONGEST_ANSWER", 0.01)
    with (
        sending(*DRIPS[what]) as url,
        FigshareClient(url, requests_per_second=0, max_tries=1, timeout_seconds=30) as client,
        pytest.raises(RequestError, match=r"did not end its response within 0\.3 seconds"),
    ):
        client.get("any", "/any")


def test_a_proxy_that_drips_has_a_time_for_all_of_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connections, "LONGEST_ANSWER", 0.01)
    with sending(*DRIPS["header"]) as proxy:
        monkeypatch.setenv("https_proxy", proxy)
        monkeypatch.setenv("no_proxy", "")
        with (
            FigshareClient(
                "https://figshare.example", requests_per_second=0, max_tries=1, timeout_seconds=30
            ) as client,
            pytest.raises(RequestError, match=r"did not end its response within 0\.3 seconds"),
        ):
            client.get("any", "/any")


@pytest.mark.parametrize("what", ["header", "100 Continue", "chunk's extension", "chunks"])
def test_the_minutes_end_what_is_under_way(what: str) -> None:
    with (
        sending(*DRIPS[what]) as url,
        FigshareClient(url, requests_per_second=0, timeout_seconds=3600, max_minutes=0.005) as client,
    ):
        with pytest.raises(StoppedError, match=r"time limit \(--max-minutes\) was reached"):
            client.get("any", "/any")
        assert isinstance(client.stop_reason, StoppedError)
        assert client.request_count == 1


@pytest.fixture
def hanging_resolver(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    over = threading.Event()

    def hang(*arguments: Any, **options: Any) -> Any:
        over.wait()
        raise socket.gaierror

    monkeypatch.setattr(socket, "getaddrinfo", hang)
    yield
    over.set()


@pytest.mark.usefixtures("hanging_resolver")
def test_a_name_is_looked_up_no_longer_than_a_connection_is_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(transport, "LONGEST_CONNECT", 0.2)
    with (
        FigshareClient("https://figshare.example", requests_per_second=0, max_tries=1) as client,
        pytest.raises(RequestError, match="did not answer within"),
    ):
        client.get("any", "/any")


@pytest.mark.usefixtures("hanging_resolver")
def test_the_minutes_end_the_look_up_of_a_name(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(transport, "LONGEST_CONNECT", 3600)
    client = FigshareClient("https://figshare.example", requests_per_second=0, timeout_seconds=3600, max_minutes=0.005)
    with client, pytest.raises(StoppedError, match="--max-minutes"):
        client.get("any", "/any")


def test_the_minutes_end_a_connection_that_is_not_encrypted_to_its_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(transport, "LONGEST_CONNECT", 3600)
    with sending(b"", b"") as url:
        client = FigshareClient(
            url.replace("http:", "https:"), requests_per_second=0, timeout_seconds=3600, max_minutes=0.005
        )
        with client, pytest.raises(StoppedError, match="--max-minutes"):
            client.get("any", "/any")


def test_every_address_of_a_name_is_tried(monkeypatch: pytest.MonkeyPatch) -> None:
    look_up = socket.getaddrinfo

    def several(host: str, *arguments: Any, **options: Any) -> Any:
        names = ["::1", "127.0.0.1"] if host == "figshare.example" else [host]
        return [found for name in names for found in look_up(name, *arguments, **options)]

    def answer(handler: BaseHTTPRequestHandler) -> None:
        send(handler, f'["{handler.headers["Host"]}"]'.encode())

    monkeypatch.setattr(socket, "getaddrinfo", several)
    with served(answer) as client:
        port = client.api_url.rpartition(":")[2]
        with FigshareClient(f"http://figshare.example:{port}", requests_per_second=0, max_tries=1) as other:
            assert other.get("any", "/any").data == [f"figshare.example:{port}"]


def test_the_minutes_end_a_wait_for_the_pace() -> None:
    with served(lambda handler: send(handler, b"[]"), requests_per_second=0.0001, max_minutes=0.01) as client:
        assert client.get("any", "/any").data == []
        with pytest.raises(StoppedError, match="--max-minutes"):
            client.get("any", "/any")


def test_a_wait_for_the_pace_takes_nothing_from_the_time_of_an_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connections, "LONGEST_ANSWER", 0.1)
    wait = Pacer.sending

    def slowly(pacer: Pacer) -> Any:
        time.sleep(0.7)
        return wait(pacer)

    monkeypatch.setattr(Pacer, "sending", slowly)
    with served(lambda handler: send(handler, b"[]")) as client:
        assert client.get("any", "/any").data == []


@pytest.mark.slow
def test_a_refresh_that_the_minutes_end_keeps_and_publishes_what_was_read(refreshed: Refreshed, tmp_path: Path) -> None:
    with Sandbox(items=12, today=TODAY) as figshare:
        figshare.faults.add(Fault("slow", seconds=3600, path=rf"/articles/{figshare.world.public_ids()[-1]}$"))
        outcome = refreshed(
            figshare, tmp_path / "warehouse.duckdb", publish=True, max_minutes=0.1, timeout_seconds=3600
        )
    assert outcome.outcome == "stopped"
    assert isinstance(outcome.error, FigshareWarehouseError)
    assert outcome.error.exit_code == 4
    assert outcome.failures == []
    assert count(tmp_path / "warehouse_reports.duckdb", "reports.articles") == outcome.articles_loaded < 12


def packed(content: bytes, times: int = 1) -> bytes:
    for _ in range(times):
        # With no time in it: what each worker calls a test must be the same.
        content = gzip.compress(content, mtime=0)
    return content


@pytest.mark.parametrize(
    ("content", "packing"),
    [
        (packed(b"[1]"), "gzip"),
        (packed(b"[1]"), "X-GZIP"),
        (packed(b"[") + packed(b"") * 3 + packed(b"1]"), "gzip"),
        (packed(b"[1]") + b"\0\0and what follows", "gzip"),
        (b"[1]", "identity"),
    ],
    ids=["gzip", "upper case", "several parts", "with a tail", "identity"],
)
def test_what_was_asked_for_is_unpacked(content: bytes, packing: str) -> None:
    with served(lambda handler: send(handler, content, Content_Encoding=packing)) as client:
        for _ in range(2):
            assert client.get("any", "/any").data == [1]


def test_much_that_is_packed_tight_is_unpacked_whole() -> None:
    content = packed(b"[" + b" " * 2**23 + b"1]")
    with served(lambda handler: send(handler, content, Content_Encoding="gzip")) as client:
        assert client.get("any", "/any").data == [1]


@pytest.mark.parametrize(
    ("content", "headers", "said"),
    [
        (packed(b"[1]", 2), {"Content_Encoding": "gzip, gzip"}, "a packing that was not asked for"),
        (zlib.compress(b"[1]"), {"Content_Encoding": "deflate"}, "a packing that was not asked for"),
        (b"[1]", {"Content_Encoding": "br"}, "a packing that was not asked for"),
        (b"[1]", {"Content_Encoding": "gzip"}, "cannot be unpacked"),
        (packed(b"[1]")[:-9], {"Content_Encoding": "gzip"}, "sent only part of its response"),
    ],
    ids=["twice", "deflate", "br", "no gzip", "half"],
)
def test_what_was_not_asked_for_is_no_answer(content: bytes, headers: dict[str, Any], said: str) -> None:
    with served(lambda handler: send(handler, content, **headers)) as client, pytest.raises(RequestError, match=said):
        client.get("any", "/any")


def test_two_headers_of_packing_are_two_packings() -> None:
    def answer(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(200)
        for _ in range(2):
            handler.send_header("Content-Encoding", "gzip")
        handler.end_headers()
        handler.wfile.write(packed(b"[1]", 2))
        handler.close_connection = True

    with served(answer) as client, pytest.raises(RequestError, match="a packing that was not asked for"):
        client.get("any", "/any")


@pytest.mark.parametrize(
    "unit", [b"x" * 2**16, packed(b""), packed(b"") + b"no gzip"], ids=["plain", "gzip", "no gzip"]
)
def test_what_comes_without_end_is_cut_off(monkeypatch: pytest.MonkeyPatch, unit: bytes) -> None:
    monkeypatch.setattr(responses, "LARGEST_OTHER", 2**18)
    headers = {"Content_Encoding": "gzip"} if unit[:1] == b"\x1f" else {}

    def endless(handler: BaseHTTPRequestHandler) -> None:
        handler.close_connection = True
        handler.send_response(200)
        for name, value in headers.items():
            handler.send_header(name.replace("_", "-"), value)
        handler.end_headers()
        with suppress(OSError):
            while True:
                handler.wfile.write(unit)

    with served(endless) as client, pytest.raises(RequestError, match="answered 200 with more than 0 MB"):
        client.get("any", "/any")


def test_an_error_is_no_longer_than_a_page() -> None:
    def not_found(handler: BaseHTTPRequestHandler) -> None:
        send(handler, b'{"message": "' + b"x" * 2**21 + b'"}', 404)

    # What is cut says nothing of what was asked for: it is no withdrawal.
    with served(not_found) as client, pytest.raises(RequestError, match="404 with more than 1 MB") as raised:
        client.get("article", "/articles/1")
    assert not isinstance(raised.value, NotFoundError)


BOMB = """
import resource, sys
from figshare_warehouse.sources.figshare.client import FigshareClient
from figshare_warehouse.sources.http.errors import RequestError

def peak():
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // (1024 if sys.platform == "linux" else 2**20)

with FigshareClient(sys.argv[1], requests_per_second=0, timeout_seconds=60) as client:
    client.get("small", "/small")
    before = peak()
    try:
        client.get(sys.argv[2], "/bomb")
    except RequestError as error:
        print(peak() - before, client.request_count, error)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="Windows does not tell the memory in this way")
@pytest.mark.parametrize(("kind", "most"), [("article", 32), ("usage_total", 1), ("usage_bulk_totals", 64)])
def test_a_bomb_never_holds_more_than_such_an_answer_can_be(kind: str, most: int) -> None:
    bomb = packed(b" " * 2**27)

    def answer(handler: BaseHTTPRequestHandler) -> None:
        send(handler, bomb if handler.path == "/bomb" else packed(b"[]"), Content_Encoding="gzip")

    with served(answer) as client:
        command = [sys.executable, "-c", BOMB, client.api_url, kind]
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, env={**os.environ}, check=True)
    held, requests, said = done.stdout.split(maxsplit=2)
    assert f"answered 200 with more than {most} MB" in said
    # It is not asked for again, and a growing buffer is a little larger than what is in it.
    assert int(requests) == 2
    assert int(held) < 1.5 * most + 16
