"""The client's connections: they send at its pace, have a time limit, and are cut when it is interrupted."""

from __future__ import annotations

import io
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from http.client import HTTPResponse
from queue import Empty, SimpleQueue
from typing import Any, cast
from urllib.parse import urlsplit

import requests
from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.exceptions import ConnectTimeoutError, LocationParseError, NameResolutionError, NewConnectionError

from figshare_warehouse.sources.http.pacing import Pacer

LONGEST_CONNECT = 10.0
"""Seconds to wait for a connection."""
CONNECT_STEP = 1.5
"""Seconds that a connection that does not come about is waited for in one go, which cannot be interrupted."""
LOOK_UP_STEP = 0.1
"""Seconds between two looks at whether a host's name is still to be waited for."""

LONGEST_ANSWER = 10
"""A request may take so many times the timeout in all, as long as each part arrives in time."""

READ_AT_ONCE = 2**18
"""Bytes that are read at once."""


class Connections:
    """The open connections, which another thread can cut.

    Args:
        pacer: the pace of everything that is sent over them.
    """

    def __init__(self, pacer: Pacer) -> None:
        self.pacer = pacer
        self._sockets: list[socket.socket] = []
        self._lock = threading.Lock()

    def add(self, connected: socket.socket) -> None:
        """Adds a connection."""
        with self._lock:
            self._sockets = [other for other in self._sockets if other.fileno() != -1] + [connected]
        if self.pacer.is_abandoned:
            self.cut()

    def cut(self) -> None:
        """Ends all requests under way."""
        with self._lock:
            for connected in self._sockets:
                with suppress(OSError, TypeError):
                    # Not SSLSocket's shutdown, which removes the encryption while another thread reads.
                    socket.socket.shutdown(connected, socket.SHUT_RDWR)


class Allowance:
    """How long a request may take in all, for the requests of one thread, which come one after the other.

    Args:
        timeout: seconds that each part of a response may take.

    Attributes:
        seconds: how long a request may take in all.
    """

    def __init__(self, timeout: float) -> None:
        self.seconds = LONGEST_ANSWER * timeout
        self._until = float("inf")

    def begin(self) -> None:
        """Starts the time of a request, or starts it again once its turn has come."""
        self._until = time.monotonic() + self.seconds

    @property
    def is_over(self) -> bool:
        """Whether the request took too long."""
        return time.monotonic() >= self._until

    def left(self) -> float:
        """Returns the seconds that are left.

        Raises:
            TimeoutError: none are.
        """
        left = self._until - time.monotonic()
        if left <= 0:
            raise TimeoutError("the time for the whole response is over")
        return left


class _Timed(io.RawIOBase):
    """What comes in over a connection, each read within the time that is left for the whole.

    A socket's timeout is for one read, so a response that arrives byte by byte (a status line, a header, a
    `100 Continue`, the extension of a chunk) would never reach it.

    Args:
        raw: reads from the connection.
        connected: the connection, with the timeout of one read.
        allowance: limits the whole.
    """

    def __init__(self, raw: io.RawIOBase, connected: socket.socket, allowance: Allowance) -> None:
        self._raw, self._socket, self._allowance = raw, connected, allowance
        self._timeout = connected.gettimeout()

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int | None:
        left = self._allowance.left()
        if self._timeout is None or left < self._timeout:
            self._socket.settimeout(left)
        return self._raw.readinto(buffer)

    def close(self) -> None:
        self._raw.close()
        super().close()


def new_session(connections: Connections, allowance: Allowance, user_agent: str) -> requests.Session:
    """Returns a session for one thread.

    Args:
        connections: collects the session's connections.
        allowance: limits each request in time.
        user_agent: sent with each request.
    """
    session = _Session()
    # The environment's proxies are used but not .netrc, which would add credentials to public requests.
    session.auth = _no_auth
    session.headers["User-Agent"] = user_agent
    session.headers["Accept"] = "application/json"
    session.headers["Accept-Encoding"] = "gzip"
    session.mount("http://", _Adapter(connections, allowance))
    session.mount("https://", _Adapter(connections, allowance))
    return session


class _Session(requests.Session):
    """Asks the environment once for each host: requests looks through all its variables for each request."""

    def __init__(self) -> None:
        super().__init__()
        self._found: dict[tuple[str, str], Any] = {}

    def merge_environment_settings(self, url: Any, *given: Any) -> Any:
        """Returns the proxies and certificates for an address; what is given with it is always the same here."""
        scheme, host, *_ = urlsplit(url)
        if (scheme, host) not in self._found:
            self._found[scheme, host] = super().merge_environment_settings(url, *given)
        return self._found[scheme, host]


class _Adapter(HTTPAdapter):
    """Makes connections that `Connections` knows and that can be stopped while connecting."""

    def __init__(self, connections: Connections, allowance: Allowance) -> None:
        self._connections = connections
        self._allowance = allowance
        super().__init__(pool_maxsize=1)

    def init_poolmanager(self, *arguments: Any, **options: Any) -> None:
        super().init_poolmanager(*arguments, **options)
        known, allowance = self._connections, self._allowance

        class Timed(HTTPResponse):
            fp: Any

            def __init__(self, sock: socket.socket, *arguments: Any, **options: Any) -> None:
                super().__init__(sock, *arguments, **options)
                self.fp = io.BufferedReader(_Timed(self.fp.detach(), sock, allowance))

        class Known:
            sock: Any
            port: Any
            timeout: Any
            _dns_host: Any
            begun: socket.socket | None = None
            # Also of a proxy that is asked for a connection.
            response_class: Any = Timed

            def connect(self) -> None:
                try:
                    super().connect()  # type: ignore[misc]
                    known.add(self.sock)
                finally:
                    if self.begun is not None:
                        self.begun.close()

            def _new_conn(self) -> socket.socket:
                host, whole = self._dns_host, self.timeout
                until = time.monotonic() + whole

                def is_over() -> bool:
                    return time.monotonic() >= until or known.pacer.is_abandoned

                self.timeout = min(CONNECT_STEP, whole)
                try:
                    addresses = self._look_up(host, is_over)
                    while True:
                        late = []
                        for self._dns_host in addresses:
                            try:
                                made: socket.socket = super()._new_conn()  # type: ignore[misc]
                            except (ConnectTimeoutError, NewConnectionError) as error:
                                failed = error
                                # What is refused is a kind of timeout, too, to urllib3.
                                if not isinstance(error, NewConnectionError):
                                    late.append(self._dns_host)
                                if is_over():
                                    raise
                            else:
                                # The step was for connecting, not for what follows over the connection.
                                made.settimeout(whole)
                                # While it is being encrypted it is known by this only.
                                self.begun = made.dup()
                                known.add(self.begun)
                                return made
                        if not late:
                            raise failed
                        addresses = late
                finally:
                    self._dns_host, self.timeout = host, whole

            def _look_up(self, host: str, is_over: Callable[[], bool]) -> list[str]:
                try:
                    return _addresses(host, self.port, is_over)
                except socket.gaierror as error:
                    raise NameResolutionError(host, cast(HTTPConnection, self), error) from error
                except UnicodeError as error:
                    raise LocationParseError(host) from error
                except TimeoutError as error:
                    raise ConnectTimeoutError(self, "the name was not found in time") from error

            def request(self, *arguments: Any, **options: Any) -> None:
                if self.sock is None:
                    self.connect()
                with known.pacer.sending():
                    allowance.begin()
                    super().request(*arguments, **options)  # type: ignore[misc]

        class Connection(Known, HTTPConnection):
            pass

        class SecureConnection(Known, HTTPSConnection):
            pass

        class Pool(HTTPConnectionPool):
            ConnectionCls = Connection

        class SecurePool(HTTPSConnectionPool):
            ConnectionCls = SecureConnection

        self._pools = {"http": Pool, "https": SecurePool}
        self.poolmanager.pool_classes_by_scheme = self._pools

    def proxy_manager_for(self, proxy: str, **options: Any) -> Any:
        manager = super().proxy_manager_for(proxy, **options)
        # A SOCKS proxy has other connection classes.
        if not proxy.lower().startswith("socks"):
            manager.pool_classes_by_scheme = self._pools
        return manager


def _addresses(host: str, port: int, is_over: Callable[[], bool]) -> list[str]:
    """The addresses of a host: the system's look-up has no timeout, so one that hangs is left behind in its thread.

    Raises:
        TimeoutError: it is over.
        OSError: there is no such host.
    """
    answer: SimpleQueue[list[str] | Exception] = SimpleQueue()

    def look_up() -> None:
        try:
            found = socket.getaddrinfo(host.strip("[]"), port, type=socket.SOCK_STREAM)
            answer.put(list(dict.fromkeys(str(address[0]) for *_, address in found)))
        except Exception as error:
            answer.put(error)

    threading.Thread(target=look_up, daemon=True).start()
    while not is_over():
        with suppress(Empty):
            got = answer.get(timeout=LOOK_UP_STEP)
            if isinstance(got, Exception):
                raise got
            return got
    raise TimeoutError


def parts(response: requests.Response) -> Iterator[bytes]:
    """Yields the body of a response as it arrives, however slowly.

    Raises:
        urllib3.exceptions.HTTPError: it breaks off.
    """
    while part := response.raw.read1(READ_AT_ONCE, decode_content=False):
        yield part


def _no_auth(request: requests.PreparedRequest) -> requests.PreparedRequest:
    return request
