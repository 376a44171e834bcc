"""Whether an address that a record names still answers: any address of the web, so nothing is taken on trust.

The name is looked up once, every address that it has must be a public one, and the connection is made to the address
that was checked, again for each redirect: a record, or a server that redirects, cannot lead a request into the network
of whoever runs this. No credentials, cookies or proxies are used, and no body is read.
"""

from __future__ import annotations

import http.client
import ipaddress
import logging
import socket
import ssl
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from queue import Empty, SimpleQueue
from typing import Literal
from urllib.parse import quote, urljoin, urlsplit

from figshare_warehouse.errors import FigshareWarehouseError
from figshare_warehouse.sources.http.budget import Budget
from figshare_warehouse.sources.http.errors import StoppedError

logger = logging.getLogger("figshare_warehouse.http")

State = Literal["ok", "moved", "gone", "refused", "unreachable"]

MOST_REDIRECTS = 5
SECONDS_PER_HOST = 1.0
"""Least seconds between two requests to one host."""
LONGEST_TRY = 20.0
"""Most seconds that one request may take in all, however slowly its response drips in."""
LONGEST_URL = 2000

_MOVED = frozenset({301, 308})
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_GONE = frozenset({404, 410})
_REFUSED = frozenset({400, 401, 402, 403, 405, 406, 407, 418, 429, 451, 503, 999})
"""A wall that refuses programs answers so, also to what people can open."""

_NAT64 = ipaddress.ip_network("64:ff9b::/96")


@dataclass(frozen=True, slots=True)
class LinkCheck:
    """What became of an address.

    Attributes:
        state: `ok`; `moved` (it answers, and has another address for good); `gone` (404, 410); `refused` (it answers
            that programs or strangers may not have it); `unreachable` (no answer, or that of a failing server).
        status: the HTTP status of the last response; None when there was none.
        final_url: where redirects led; None for nowhere else.
        message: what went wrong, as the end of a sentence that begins with the address; None when nothing did.
    """

    state: State
    status: int | None = None
    final_url: str | None = None
    message: str | None = None


class _Unreachable(Exception):
    """There is no response, for a reason that is the end of a sentence."""


class _NoAnswer(_Unreachable):
    """A server was connected to, and did not answer; by another method it may."""


class LinkChecker:
    """Asks addresses, one after the other, at most one request a second of each host.

    Args:
        user_agent: sent with each request.
        budget: counts the requests.
        is_local: whether addresses of this machine may be asked, which only a sandbox has.
        on_request: called for each request, with the number of requests so far.
        seconds_per_host: least seconds between two requests to one host.
        longest_try: most seconds for one request.
    """

    def __init__(
        self,
        user_agent: str,
        budget: Budget | None = None,
        is_local: bool = False,
        on_request: Callable[[int], None] | None = None,
        seconds_per_host: float = SECONDS_PER_HOST,
        longest_try: float = LONGEST_TRY,
    ) -> None:
        self._user_agent = user_agent
        self._budget = budget or Budget(None, None)
        self._is_local = is_local
        self._on_request = on_request
        self._seconds_per_host = seconds_per_host
        self._longest_try = longest_try
        self._next_at: dict[str, float] = {}
        self._stopped = threading.Event()
        self._reason: FigshareWarehouseError | None = None
        self._socket: socket.socket | None = None

    def stop(self, reason: FigshareWarehouseError) -> None:
        """Makes every further request and wait raise StoppedError."""
        self._reason = self._reason or reason
        self._stopped.set()

    def abandon(self) -> None:
        """Ends the request under way."""
        if (connected := self._socket) is not None:
            with suppress(OSError):
                # Not SSLSocket's shutdown, which removes the encryption while another thread reads.
                socket.socket.shutdown(connected, socket.SHUT_RDWR)

    def check(self, url: str) -> LinkCheck:
        """Asks one address, by HEAD, then by GET for its first byte where that was not answered well.

        Raises:
            StoppedError: it was stopped, or is at a limit.
        """
        try:
            with suppress(_NoAnswer):
                found = self._followed("HEAD", url)
                if found.state in ("ok", "moved"):
                    return found
            return self._followed("GET", url)
        except _Unreachable as error:
            return LinkCheck("unreachable", message=str(error))

    def _followed(self, method: str, url: str) -> LinkCheck:
        """What an address answers, redirects followed."""
        here, has_moved = url, False
        for _ in range(MOST_REDIRECTS + 1):
            status, location = self._asked(method, here)
            if status not in _REDIRECTS or not location:
                return _check(status, here if here != url else None, has_moved)
            has_moved = has_moved or status in _MOVED
            here = urljoin(here, location)
        raise _Unreachable(f"redirects more than {MOST_REDIRECTS} times")

    def _asked(self, method: str, url: str) -> tuple[int, str | None]:
        """The status and the `Location` of one response."""
        scheme, host, port, target = _parts(url)
        self._wait(host)
        try:
            self._budget.check_time()
            made = self._budget.take("links", is_retry=False)
        except StoppedError as limit:
            self.stop(limit)
            raise
        if self._on_request is not None:
            self._on_request(made)
        address = self._address(host, port)
        status: int | None = None
        try:
            connected = socket.create_connection((address, port), self._longest_try)
        except OSError as error:
            raise _Unreachable(f"could not be connected to ({_words(error)})") from None
        if scheme == "https":
            # The encryption is agreed on below, within the time for the whole.
            connected = ssl.create_default_context().wrap_socket(
                connected, server_hostname=host, do_handshake_on_connect=False
            )
        self._socket = connected
        # A socket's timeout is for one read: what drips in byte by byte would never reach it.
        is_over = threading.Event()

        def end() -> None:
            is_over.set()
            self.abandon()

        timer = threading.Timer(self._longest_try, end)
        timer.daemon = True
        timer.start()
        try:
            with connected:
                if isinstance(connected, ssl.SSLSocket):
                    connected.do_handshake()
                asked = http.client.HTTPConnection(host, port, timeout=self._longest_try)
                asked.sock = connected
                headers = {"User-Agent": self._user_agent, "Accept": "*/*", "Connection": "close"}
                default = 443 if scheme == "https" else 80
                named = f"[{host}]" if ":" in host else host
                headers["Host"] = named if port == default else f"{named}:{port}"
                if method == "GET":
                    headers["Range"] = "bytes=0-0"
                asked.request(method, target, headers=headers)
                response = asked.getresponse()
                if is_over.is_set():
                    # What came until then can look like a whole response.
                    raise TimeoutError
                status = response.status
                return status, response.headers.get("Location")
        except (OSError, http.client.HTTPException, ValueError) as error:
            if self._stopped.is_set():
                raise StoppedError(str(self._reason)) from None
            raise _NoAnswer(f"did not answer ({_words(error)})") from None
        finally:
            timer.cancel()
            self._socket = None
            logger.info("%s link", method, extra={"kind": "links", "host": host, "status": status})

    def _wait(self, host: str) -> None:
        """Waits until the host may be asked again."""
        while (ahead := self._next_at.get(host, 0.0) - time.monotonic()) > 0 and not self._stopped.is_set():
            self._stopped.wait(ahead)
        if self._stopped.is_set():
            raise StoppedError(str(self._reason))
        self._next_at[host] = time.monotonic() + self._seconds_per_host

    def _address(self, host: str, port: int) -> str:
        """The address of a host that is asked: every one that it has must be public."""
        found = _looked_up(host, port, self._longest_try)
        for address in found:
            if not self._may_ask(address):
                raise _Unreachable("leads to an address that is not public, and was not asked")
        return found[0]

    def _may_ask(self, address: str) -> bool:
        try:
            parsed = ipaddress.ip_address(address.partition("%")[0])
        except ValueError:
            return False
        if self._is_local and parsed.is_loopback:
            return True
        return all(one.is_global and not one.is_multicast for one in _meant(parsed))


def _meant(
    address: ipaddress.IPv4Address | ipaddress.IPv6Address,
) -> list[ipaddress.IPv4Address | ipaddress.IPv6Address]:
    """An address and those that lie in it: IPv6 has several ways to write one of IPv4."""
    found: list[ipaddress.IPv4Address | ipaddress.IPv6Address] = [address]
    if isinstance(address, ipaddress.IPv6Address):
        if address.ipv4_mapped is not None:
            # The address itself is then of no network.
            return [address.ipv4_mapped]
        inner = [address.sixtofour, *(address.teredo or ())]
        if address in _NAT64:
            inner.append(ipaddress.IPv4Address(int(address) & 0xFFFFFFFF))
        found += [one for one in inner if one is not None]
    return found


def _parts(url: str) -> tuple[str, str, int, str]:
    """Scheme, host, port, and what is asked of the host."""
    if len(url) > LONGEST_URL:
        raise _Unreachable(f"is longer than {LONGEST_URL:,} characters, and was not asked")
    try:
        parts = urlsplit(url.strip())
        port = parts.port
        host = (parts.hostname or "").encode("idna" if not (parts.hostname or "").isascii() else "ascii").decode()
    except (ValueError, UnicodeError):
        raise _Unreachable("is no valid address") from None
    if parts.scheme not in ("http", "https") or not host:
        raise _Unreachable("is no address of the web, and was not asked")
    if parts.username is not None or parts.password is not None:
        raise _Unreachable("holds a user name or password, and was not asked")
    if port == 0:
        raise _Unreachable("is no valid address")
    target = quote(parts.path or "/", safe="/%:@!$&'()*+,;=~-._")
    if parts.query:
        target += "?" + quote(parts.query, safe="/%:@!$&'()*+,;=~-._?[]")
    return parts.scheme, host, port or (443 if parts.scheme == "https" else 80), target


def _looked_up(host: str, port: int, seconds: float) -> list[str]:
    """All addresses of a host; the system's look-up has no timeout, so one that hangs is left behind in its thread."""
    answer: SimpleQueue[list[str] | Exception] = SimpleQueue()

    def look_up() -> None:
        try:
            found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
            answer.put(list(dict.fromkeys(str(one[4][0]) for one in found)))
        except Exception as error:
            answer.put(error)

    threading.Thread(target=look_up, daemon=True).start()
    try:
        found = answer.get(timeout=seconds)
    except Empty:
        raise _Unreachable("has a host whose name was not found in time") from None
    if isinstance(found, Exception) or not found:
        raise _Unreachable("has a host whose name is unknown")
    return found


def _check(status: int, final_url: str | None, has_moved: bool) -> LinkCheck:
    if 200 <= status < 300 or status in (304, 416):
        return LinkCheck("moved" if has_moved else "ok", status, final_url)
    if status in _GONE:
        return LinkCheck("gone", status, final_url, f"answered {status}")
    if status in _REFUSED:
        return LinkCheck("refused", status, final_url, f"answered {status}, as walls against programs do")
    return LinkCheck("unreachable", status, final_url, f"answered {status}")


def _words(error: Exception) -> str:
    if isinstance(error, ssl.SSLError):
        return "its certificate or encryption failed"
    if isinstance(error, TimeoutError):
        return "too slow"
    if isinstance(error, ConnectionRefusedError):
        return "refused"
    return "the connection broke"
