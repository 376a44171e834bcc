"""The connections that the client asks over: kept at its pace to the byte, and cut when the user interrupts."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

import requests
from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.exceptions import ConnectTimeoutError, NewConnectionError

from pipelines.figshare.pacing import Pacer

LONGEST_CONNECT = 10.0
"""Seconds to wait for a connection."""
CONNECT_STEP = 1.5
"""Seconds that a connection that does not come about is waited for in one go, which cannot be interrupted."""

READ_AT_ONCE = 2**18
"""Bytes of an answer that are read at once."""


class Connections:
    """The connections that are open: they can be cut from another thread.

    Args:
        pacer: what is sent over any of them goes out at its pace.
    """

    def __init__(self, pacer: Pacer) -> None:
        self.pacer = pacer
        self._sockets: list[socket.socket] = []
        self._lock = threading.Lock()

    def add(self, connected: socket.socket) -> None:
        """Takes in a new one."""
        with self._lock:
            self._sockets = [other for other in self._sockets if other.fileno() != -1] + [connected]
        if self.pacer.is_abandoned:
            self.cut()

    def cut(self) -> None:
        """Ends what is under way over them."""
        with self._lock:
            for connected in self._sockets:
                with suppress(OSError, TypeError):
                    # Not SSLSocket's own, which pulls the encryption from under the thread that reads.
                    socket.socket.shutdown(connected, socket.SHUT_RDWR)


def new_session(connections: Connections, user_agent: str) -> requests.Session:
    """Returns a session whose connections `connections` knows; for one thread."""
    session = requests.Session()
    # The environment's proxies are wanted, its .netrc is not: it would put credentials on public requests.
    session.auth = _no_auth
    session.headers["User-Agent"] = user_agent
    session.headers["Accept"] = "application/json"
    session.mount("http://", _Adapter(connections))
    session.mount("https://", _Adapter(connections))
    return session


class _Adapter(HTTPAdapter):
    """Makes connections that `Connections` knows, and that wait in steps short enough to be stopped."""

    def __init__(self, connections: Connections) -> None:
        self._connections = connections
        super().__init__(pool_maxsize=1)

    def init_poolmanager(self, *arguments: Any, **options: Any) -> None:
        super().init_poolmanager(*arguments, **options)
        known = self._connections

        class Known:
            sock: Any
            timeout: Any

            def connect(self) -> None:
                super().connect()  # type: ignore[misc]
                known.add(self.sock)

            def _new_conn(self) -> socket.socket:
                whole, self.timeout = self.timeout, min(CONNECT_STEP, self.timeout)
                until = time.monotonic() + whole
                try:
                    while True:
                        try:
                            made: socket.socket = super()._new_conn()  # type: ignore[misc]
                            return made
                        except NewConnectionError:
                            # A kind of ConnectTimeoutError to urllib3, but refused it is, or unknown.
                            raise
                        except ConnectTimeoutError:
                            if time.monotonic() >= until or known.pacer.is_abandoned:
                                raise
                finally:
                    self.timeout = whole

            def request(self, *arguments: Any, **options: Any) -> None:
                if self.sock is None:
                    self.connect()
                with known.pacer.sending():
                    super().request(*arguments, **options)  # type: ignore[misc]

        class Connection(Known, HTTPConnection):
            pass

        class SecureConnection(Known, HTTPSConnection):
            pass

        class Pool(HTTPConnectionPool):
            ConnectionCls = Connection

        class SecurePool(HTTPSConnectionPool):
            ConnectionCls = SecureConnection

        self.poolmanager.pool_classes_by_scheme = {"http": Pool, "https": SecurePool}


def parts(response: requests.Response) -> Iterator[bytes]:
    """Yields the body of an answer, unpacked, as it comes in: of one that trickles in each drop.

    Raises:
        urllib3.exceptions.HTTPError: it breaks off, or cannot be unpacked.
    """
    while part := response.raw.read1(READ_AT_ONCE, decode_content=True):
        yield part


def _no_auth(request: requests.PreparedRequest) -> requests.PreparedRequest:
    return request
