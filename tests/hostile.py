"""A server on loopback that answers as no Figshare should."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from figshare_warehouse.sources.figshare.client import FigshareClient

Answering = Callable[[BaseHTTPRequestHandler], None]


@contextmanager
def served(answer: Answering, **options: Any) -> Iterator[FigshareClient]:
    """A client of a server that answers as no Figshare should; one try and five seconds unless the options say more."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            answer(self)

        def do_HEAD(self) -> None:
            answer(self)

        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["Content-Length"]))
            answer(self)

        def log_message(self, *arguments: Any) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        url = f"http://127.0.0.1:{server.server_port}"
        given = {"requests_per_second": 0, "max_tries": 1, "timeout_seconds": 5, "stats_url": url, **options}
        with FigshareClient(url, **given) as client:
            yield client
        server.shutdown()


def send(handler: BaseHTTPRequestHandler, body: bytes, status: int = 200, **headers: str) -> None:
    handler.send_response(status)
    for name, value in {"Content-Length": str(len(body)), **headers}.items():
        handler.send_header(name.replace("_", "-"), value)
    handler.end_headers()
    handler.wfile.write(body)
