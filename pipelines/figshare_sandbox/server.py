"""The sandbox itself: a world behind a real HTTP server on the loopback interface."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import socket
import struct
import sys
import threading
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, date
from email.utils import format_datetime
from http.client import responses
from pathlib import Path
from types import TracebackType
from urllib.parse import parse_qsl

from tornado.http1connection import HTTP1Connection
from tornado.httpserver import HTTPServer
from tornado.httputil import HTTPHeaders, HTTPServerRequest, ResponseStartLine
from tornado.iostream import StreamClosedError

from figshare_sandbox.api.datacite import DataCite
from figshare_sandbox.api.messages import Request, Response, no_such_page
from figshare_sandbox.api.rest import Rest
from figshare_sandbox.api.stats import Stats
from figshare_sandbox.control import SWITCH_PATH, switched
from figshare_sandbox.faults import Damage, Faults
from figshare_sandbox.world.world import World

TOKEN = "sandbox-token"
ACCOUNT_TOKEN = "sandbox-account-token"
STATS_USERNAME = "sandbox"
STATS_PASSWORD = "sandbox-password"
_KEPT_EXCHANGES = 200_000


@dataclass(slots=True)
class Exchange:
    """One request and its response.

    `status` is 0 where the connection was reset. Headers and bodies are only kept with `Sandbox(record_bodies=True)`.
    """

    method: str
    path: str
    query: dict[str, str]
    status: int
    at: float
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b""
    response_headers: dict[str, str] = field(default_factory=dict)
    response_body: bytes = b""


class Sandbox:
    """A local Figshare, served from a background thread while it is entered.

    Args:
        items: How many public articles the institution has.
        seed: What its world is drawn from.
        today: The day up to which usage exists; the current day (UTC) unless given.
        records: An ndjson(.gz) file of article details to serve instead of synthetic ones.
        world: A world to serve, instead of one made of the above.
        port: The port on 127.0.0.1; 0 for a free one.
        record_bodies: Keep headers and bodies of the exchanges.

    Attributes:
        world: What is served; it may be changed while it is.
        faults: What goes wrong.
        token: The administrator's token, for everything below `/account`.
        account_token: The token of an account without rights over others.
        tokens: Which account each token is of; one that is removed has expired.
        stats_username: Basic auth for the institution's statistics.
        stats_password: Basic auth for the institution's statistics.
    """

    def __init__(
        self, items: int = 300, seed: int = 1, today: date | None = None, *, records: str | Path | None = None,
        world: World | None = None, port: int = 0, record_bodies: bool = False,
    ) -> None:  # fmt: skip
        self.world = world or World(items, seed, today, records)
        self.faults = Faults()
        self.token = TOKEN
        self.account_token = ACCOUNT_TOKEN
        accounts = [account["id"] for account in self.world.accounts]
        self.tokens = {self.token: accounts[0], self.account_token: accounts[3]}
        self.stats_username = STATS_USERNAME
        self.stats_password = STATS_PASSWORD
        self._port = port
        self._record_bodies = record_bodies
        self._exchanges: deque[Exchange] = deque(maxlen=_KEPT_EXCHANGES)
        self._rest = Rest(self.world, self.faults, self.tokens)
        self._stats = Stats(self.world, self.stats_username, self.stats_password)
        self._datacite = DataCite(self.world)
        self._thread: threading.Thread | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._stop: asyncio.Event | None = None

    @property
    def institution_id(self) -> int:
        """The institution whose repository it is."""
        return self.world.institution_id

    @property
    def portal(self) -> str:
        """The institution's name in front of its statistics."""
        return self.world.portal

    @property
    def port(self) -> int:
        """The port it listens on."""
        return self._port

    @property
    def api_url(self) -> str:
        """The base of the REST API."""
        return f"http://127.0.0.1:{self._port}/v2"

    @property
    def stats_url(self) -> str:
        """The base of the statistics API."""
        return f"http://127.0.0.1:{self._port}/stats"

    @property
    def datacite_url(self) -> str:
        """The base of DataCite's REST API; the handle service is below it, in `/handles`."""
        return f"http://127.0.0.1:{self._port}/datacite"

    @property
    def requests(self) -> list[Exchange]:
        """The exchanges so far, oldest first."""
        return list(self._exchanges)

    def clear_requests(self) -> None:
        """Forget the exchanges so far."""
        self._exchanges.clear()

    def description(self) -> dict[str, str | int]:
        """What a client needs to know, ready to be printed as JSON."""
        return {
            "api_url": self.api_url, "stats_url": self.stats_url, "datacite_url": self.datacite_url,
            "institution_id": self.institution_id,
            "portal": self.portal, "group_id": self.world.top_group_id, "token": self.token,
            "stats_username": self.stats_username, "stats_password": self.stats_password,
            "today": self.world.today.isoformat(), "items": len(self.world.public_ids()),
        }  # fmt: skip

    # Serving

    def __enter__(self) -> Sandbox:
        ready = threading.Event()
        failed: list[BaseException] = []

        def serve() -> None:
            try:
                self.serve(ready.set)
            except BaseException as error:
                failed.append(error)
                ready.set()

        self._thread = threading.Thread(target=serve, name="sandbox", daemon=True)
        self._thread.start()
        ready.wait()
        if failed:
            raise failed[0]
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.stop()
        if self._thread is not None:
            self._thread.join()

    def stop(self) -> None:
        """End serving; may be called from any thread."""
        if self._loop is not None and self._stop is not None and not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._stop.set)

    def serve(self, ready: Callable[[], None] | None = None) -> None:
        """Serve in this thread until `stop` or Ctrl-C; calls `ready` once it listens."""
        # A selector loop on every system: tornado needs one, and Windows has another by default.
        with asyncio.Runner(loop_factory=asyncio.SelectorEventLoop) as runner:
            runner.run(self._serve(ready))

    async def _serve(self, ready: Callable[[], None] | None) -> None:
        self._loop, self._stop = asyncio.get_running_loop(), asyncio.Event()
        logging.getLogger("tornado.general").setLevel(logging.ERROR)
        server = HTTPServer(self._receive)
        listening = socket.create_server(("127.0.0.1", self._port), backlog=128)
        listening.setblocking(False)
        self._port = listening.getsockname()[1]
        server.add_socket(listening)
        if ready is not None:
            ready()
        try:
            # Waking up now and then lets Ctrl-C through on Windows, where select() does not notice it.
            while not self._stop.is_set():
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(self._stop.wait(), 0.5)
        finally:
            server.stop()
            # A response that is late on purpose would else be waited for.
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(server.close_all_connections(), 1)

    def _receive(self, request: HTTPServerRequest) -> None:
        # HTTPServer calls this with each request once its body is there.
        asked = Request(
            request.method or "", request.path, dict(parse_qsl(request.query, keep_blank_values=True)), request.headers,
            request.body,
        )  # fmt: skip
        with self.world.lock:
            damage = self.faults.damage(asked)
            response = Response(0) if damage.cut == "reset" else self._answer(asked, damage)
        if damage.late:
            asyncio.get_running_loop().call_later(damage.late, self._send, request, asked, response, damage)
        else:
            self._send(request, asked, response, damage)

    def _answer(self, asked: Request, damage: Damage) -> Response:
        if asked.path.startswith("/v2/"):
            response = self._rest.answer(_below(asked, "/v2"))
        elif asked.path.startswith("/v3/"):
            response = self._rest.answer_v3(_below(asked, "/v3"))
        elif asked.path == SWITCH_PATH and asked.method == "POST":
            response = switched(self.world, asked)
        elif asked.path.startswith("/stats/"):
            response = self._stats.answer(_below(asked, "/stats"))
        elif asked.path.startswith("/datacite/"):
            response = self._datacite.answer(_below(asked, "/datacite"))
        else:
            response = no_such_page()
        for fault in damage.faults:
            response = fault.spoil(asked, response)
        return response

    def _record(self, asked: Request, response: Response) -> None:
        exchange = Exchange(asked.method, asked.path, asked.query, response.status, time.monotonic())
        if self._record_bodies:
            exchange.headers, exchange.body = dict(asked.headers), asked.body
            exchange.response_headers, exchange.response_body = dict(response.headers), response.body
        self._exchanges.append(exchange)

    def _send(self, request: HTTPServerRequest, asked: Request, response: Response, damage: Damage) -> None:
        self._record(asked, response)
        connection = request.connection
        assert isinstance(connection, HTTP1Connection)
        if damage.cut == "reset":
            _reset(connection)
            return
        headers = HTTPHeaders()
        if response.status != 304:
            headers["Content-Type"] = response.content_type
        headers["Content-Length"] = str(len(response.body))
        headers["Date"] = format_datetime(self.world.now.replace(tzinfo=UTC), usegmt=True)
        for name, value in response.headers.items():
            headers[name] = value
        start_line = ResponseStartLine("HTTP/1.1", response.status, responses.get(response.status, "Unknown"))
        try:
            if damage.cut == "half_body":
                _send_half(connection, start_line, headers, response.body)
                return
            connection.write_headers(start_line, headers, response.body)
            connection.finish()
        except StreamClosedError:
            pass  # the client has gone


def _below(asked: Request, prefix: str) -> Request:
    return Request(asked.method, asked.path.removeprefix(prefix), asked.query, asked.headers, asked.body)


def _reset(connection: HTTP1Connection) -> None:
    """Close a connection so that its client sees a reset, not an end."""
    stream = connection.detach()
    if not stream.closed():
        # With no time to linger, closing sends RST; Windows has shorts where others have integers.
        linger = struct.pack("hh" if sys.platform == "win32" else "ii", 1, 0)
        stream.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
        stream.close()


def _send_half(connection: HTTP1Connection, start_line: ResponseStartLine, headers: HTTPHeaders, body: bytes) -> None:
    """Announce the whole body, send half of it, and close."""
    lines = [f"HTTP/1.1 {start_line.code} {start_line.reason}"] + [
        f"{name}: {value}" for name, value in headers.get_all()
    ]
    stream = connection.detach()
    half = body[: len(body) // 2]
    written = stream.write("\r\n".join(lines).encode("latin-1") + b"\r\n\r\n" + half)

    def close(sent: asyncio.Future[None]) -> None:
        sent.exception()  # looked at, so that a client that has gone is not reported
        stream.close()

    written.add_done_callback(close)


def serve_forever(sandbox: Sandbox, ready: Callable[[Sandbox], None] | None = None) -> None:
    """Serve a sandbox in the foreground until Ctrl-C, which ends it quietly.

    Args:
        sandbox: What to serve.
        ready: Called once it listens, when its URLs are known.
    """
    with contextlib.suppress(KeyboardInterrupt):
        sandbox.serve((lambda: ready(sandbox)) if ready else None)
