"""Addresses that records name: what became of them, and that none leads into the network of whoever asks."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler
from typing import Any

import pytest

from figshare_warehouse.errors import FigshareWarehouseError
from figshare_warehouse.sources.http.budget import Budget
from figshare_warehouse.sources.http.errors import StoppedError
from figshare_warehouse.sources.http.links import LinkChecker
from tests.hostile import send, served

PUBLIC = "93.184.215.14"


class Site:
    """A site on this machine, and what was asked of it."""

    def __init__(self, pages: dict[str, tuple[int, str]]) -> None:
        self.pages = pages
        self.asked: list[tuple[str, str, dict[str, str]]] = []
        self.url = ""

    def answer(self, handler: BaseHTTPRequestHandler) -> None:
        self.asked.append((handler.command, handler.path, dict(handler.headers)))
        status, where = self.pages.get(f"{handler.command} {handler.path}") or self.pages.get(handler.path, (404, ""))
        send(handler, b"", status, **({"Location": where.format(url=self.url)} if where else {}))


@contextmanager
def site(**pages: Any) -> Iterator[Site]:
    made = Site({f"/{name}": (page if isinstance(page, tuple) else (page, "")) for name, page in pages.items()})
    with served(made.answer) as figshare:
        made.url = figshare.api_url
        yield made


def checker(**options: Any) -> LinkChecker:
    return LinkChecker(
        "figshare-warehouse", **{"is_local": True, "seconds_per_host": 0.0, "longest_try": 2.0, **options}
    )


def test_what_became_of_an_address() -> None:
    pages = {
        "ok": 200,
        "gone": 410,
        "wall": 403,
        "slow_down": 429,
        "broken": 500,
        "moved": (301, "{url}/ok"),
        "found": (302, "/ok"),
        "away": (308, "{url}/gone"),
    }
    with site(**pages) as there:
        there.pages["HEAD /picky"], there.pages["GET /picky"] = (405, ""), (206, "")
        found = {name: checker().check(f"{there.url}/{name}") for name in (*pages, "picky", "none")}
        states = {name: (check.state, check.status) for name, check in found.items()}
        assert states == {
            "ok": ("ok", 200),
            "gone": ("gone", 410),
            "wall": ("refused", 403),
            "slow_down": ("refused", 429),
            "broken": ("unreachable", 500),
            "moved": ("moved", 200),
            "found": ("ok", 200),
            "away": ("gone", 410),
            "picky": ("ok", 206),
            "none": ("gone", 404),
        }
        assert found["moved"].final_url == f"{there.url}/ok"
        assert (found["ok"].message, found["gone"].message) == (None, "answered 410")
        # By HEAD first, then by GET for one byte; without cookies and credentials.
        asked = [(method, headers.get("Range")) for method, path, headers in there.asked if path == "/picky"]
        assert asked == [("HEAD", None), ("GET", "bytes=0-0")]
        assert not {"Authorization", "Cookie"} & {name for _, _, headers in there.asked for name in headers}


@pytest.mark.parametrize(
    "url",
    [
        *("http://127.0.0.1:{port}/x", "http://localhost:{port}/x", "http://[::1]:{port}/x", "http://0.0.0.0:{port}/x"),
        *("http://2130706433:{port}/x", "http://0x7f.1:{port}/x", "http://[::ffff:127.0.0.1]:{port}/x"),
        *("http://10.0.0.1/x", "http://192.168.1.1/x", "http://172.16.0.1/x", "http://169.254.169.254/latest/"),
        *("http://100.64.0.1/", "http://[fd00::1]/", "http://[fe80::1%25eth0]/", "http://[64:ff9b::7f00:1]/"),
        *("http://[2002:7f00:1::]/", "http://224.0.0.1/", "http://255.255.255.255/"),
    ],
)
def test_no_address_that_is_not_public_is_asked(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    with site(x=200) as there:
        connected = _connections(monkeypatch)
        found = checker(is_local=False).check(url.format(port=there.url.rpartition(":")[2]))
        assert found.state == "unreachable"
        assert connected == []
        assert there.asked == []


@pytest.mark.parametrize(
    "url",
    [
        *("file:///etc/passwd", "gopher://127.0.0.1:70/_x", "ftp://example.org/x", "javascript:alert(1)", "//host/x"),
        *("http://", "http://a b/", "http://me:secret@example.org/", "http://example.org:0/", "http://example.org:x/"),
        "http://example.org/" + "x" * 3000,
    ],
)
def test_what_is_no_address_of_the_web_is_not_asked(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    connected, looked_up = _connections(monkeypatch), _names(monkeypatch, {})
    assert checker().check(url).state == "unreachable"
    assert connected == []
    assert [name for name in looked_up if name != "a b"] == []


@pytest.mark.parametrize(
    "where", ["http://127.0.0.1:{port}/secret", "http://10.0.0.1/", "file:///etc/passwd", "gopher://x/", "//localhost/"]
)
def test_a_redirect_is_looked_at_like_any_address(where: str, monkeypatch: pytest.MonkeyPatch) -> None:
    with site(go=200, secret=200) as there:
        port = int(there.url.rpartition(":")[2])
        there.pages["/go"] = (302, where.replace("{port}", str(port)))
        # A public host that this machine stands for.
        _names(monkeypatch, {"public.example": [PUBLIC]})
        connected = _connections(monkeypatch, {PUBLIC: "127.0.0.1"})
        found = checker(is_local=False).check(f"http://public.example:{port}/go")
        assert found.state == "unreachable"
        assert connected == [(PUBLIC, port)]
        assert [path for _, path, _ in there.asked] == ["/go"]


def test_a_name_is_looked_up_once_and_all_its_addresses_count(monkeypatch: pytest.MonkeyPatch) -> None:
    with site(x=200) as there:
        port = int(there.url.rpartition(":")[2])
        connected = _connections(monkeypatch, {PUBLIC: "127.0.0.1"})
        # One that says something else the second time it is asked: what was checked is what is connected to.
        names = _names(monkeypatch, {"rebinding.example": [PUBLIC]}, then={"rebinding.example": ["127.0.0.1"]})
        assert checker(is_local=False).check(f"http://rebinding.example:{port}/x").state == "ok"
        assert connected == [(PUBLIC, port)]
        assert len(names) == 1
        assert there.asked[0][2]["Host"] == f"rebinding.example:{port}"
        _names(monkeypatch, {"both.example": [PUBLIC, "10.0.0.1"]})
        found = checker(is_local=False).check(f"http://both.example:{port}/x")
        assert found.message == "leads to an address that is not public, and was not asked"
        assert len(connected) == 1


def test_endless_redirects_end() -> None:
    with site(a=(302, "/b"), b=(302, "/a")) as there:
        found = checker().check(f"{there.url}/a")
        assert (found.state, found.message) == ("unreachable", "redirects more than 5 times")
        assert len(there.asked) == 6


def test_a_response_that_drips_in_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    over = threading.Event()

    def drip(listening: socket.socket) -> None:
        with suppress(OSError):
            while not over.is_set():
                connected, _ = listening.accept()
                with connected, suppress(OSError):
                    connected.sendall(b"HTTP/1.1 200 ")
                    while not over.wait(0.02):
                        connected.sendall(b"O")

    with socket.create_server(("127.0.0.1", 0)) as listening:
        threading.Thread(target=drip, args=[listening], daemon=True).start()
        found = checker(longest_try=0.2).check(f"http://127.0.0.1:{listening.getsockname()[1]}/")
        over.set()
    assert (found.state, found.status) == ("unreachable", None)
    assert str(found.message).startswith("did not answer")


def test_a_host_is_asked_once_a_second() -> None:
    with site(a=200, b=200) as there:
        one = checker(seconds_per_host=0.2)
        started = time.monotonic()
        for page in ("a", "b", "a"):
            one.check(f"{there.url}/{page}")
        assert time.monotonic() - started >= 0.4


def test_it_stops_at_a_limit_and_when_it_is_told() -> None:
    with site(a=200) as there:
        one = checker(budget=Budget(1, None))
        assert one.check(f"{there.url}/a").state == "ok"
        with pytest.raises(StoppedError, match="1 requests"):
            one.check(f"{there.url}/a")
        other = checker()
        other.stop(FigshareWarehouseError("Enough."))
        with pytest.raises(StoppedError, match="Enough"):
            other.check(f"{there.url}/a")


def test_hosts_that_do_not_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    _names(monkeypatch, {})
    assert checker().check("https://nowhere.example/").message == "has a host whose name is unknown"
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port = listening.getsockname()[1]
    assert checker().check(f"http://127.0.0.1:{port}/").message == "could not be connected to (refused)"
    with site(x=200) as there:
        # It speaks no TLS.
        found = checker().check(there.url.replace("http:", "https:") + "/x")
        assert found.state == "unreachable"


def _connections(monkeypatch: pytest.MonkeyPatch, instead: dict[str, str] | None = None) -> list[tuple[str, int]]:
    """The addresses that are connected to from now on; some stand for others."""
    made: list[tuple[str, int]] = []
    connect = socket.create_connection

    def connected(address: tuple[str, int], *more: Any) -> socket.socket:
        made.append(address)
        return connect(((instead or {}).get(address[0], address[0]), address[1]), *more)

    monkeypatch.setattr(socket, "create_connection", connected)
    return made


def _names(
    monkeypatch: pytest.MonkeyPatch, names: dict[str, list[str]], then: dict[str, list[str]] | None = None
) -> list[str]:
    """Answers for the system's names; `then` from the second time on. Other names are unknown."""
    looked_up: list[str] = []
    of_system: Callable[..., Any] = _GETADDRINFO

    def found(host: str, port: int, *rest: Any, **more: Any) -> list[Any]:
        if host[:1].isdigit() and host not in names:
            # A number, which connecting asks for once more.
            return list(of_system(host, port, *rest, **more))
        looked_up.append(host)
        known = then if then and looked_up.count(host) > 1 else names
        if host in known:
            return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (one, port)) for one in known[host]]
        if host == "localhost":
            return list(of_system(host, port, *rest, **more))
        raise socket.gaierror("unknown")

    monkeypatch.setattr(socket, "getaddrinfo", found)
    return looked_up


_GETADDRINFO = socket.getaddrinfo
