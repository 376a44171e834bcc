from __future__ import annotations

import http.client
import os
import signal
import subprocess
import sys
import threading
import time
from datetime import date
from pathlib import Path

import orjson
import pytest
import requests

import figshare_sandbox
from figshare_sandbox import Sandbox, World, serve_forever
from figshare_sandbox.__main__ import main
from tests.sandbox.sandbox_client import TODAY, Client

ROOT = Path(figshare_sandbox.__file__).parents[2]


def test_exchanges_are_recorded(client: Client) -> None:
    started = time.monotonic()
    client.search("climate", limit=5)
    client.get("/articles", page=2)
    searched, listed = client.sandbox.requests
    assert (searched.method, searched.path, searched.status) == ("POST", "/v2/articles/search", 200)
    assert orjson.loads(searched.body) == {"search_for": "climate", "limit": 5}
    assert orjson.loads(searched.response_body)
    assert listed.query == {"page": "2"}
    assert "X-Cursor" in listed.response_headers
    assert started <= searched.at <= listed.at <= time.monotonic()
    assert listed.headers["Accept"] == "*/*"
    client.sandbox.clear_requests()
    assert client.sandbox.requests == []


def test_bodies_are_not_kept_unless_asked_for(shared: Client) -> None:
    shared.search("climate")
    last = shared.sandbox.requests[-1]
    assert (last.headers, last.body, last.response_body) == ({}, b"", b"")


def test_connections_are_kept_alive(shared: Client) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", shared.sandbox.port, timeout=30)
    connection.connect()
    opened = connection.sock
    for path in ("/v2/licenses", "/v2/nowhere", "/v2/articles?page=0", "/stats/total/views/article/5"):
        connection.request("GET", path)
        connection.getresponse().read()
        assert connection.sock is opened
    connection.close()


def test_it_can_be_entered_again_on_its_port() -> None:
    sandbox = Sandbox(items=3, today=TODAY)
    with sandbox:
        first = sandbox.api_url
        assert requests.get(first + "/licenses", timeout=30).status_code == 200
    with sandbox:
        assert sandbox.api_url == first
        assert requests.get(first + "/licenses", timeout=30).status_code == 200


def test_a_taken_port_is_an_error_where_it_is_entered(shared: Client) -> None:
    taken = Sandbox(items=1, today=TODAY, port=shared.sandbox.port)
    with pytest.raises(OSError), taken:  # noqa: PT011 - the number differs from system to system
        pass


def test_serving_in_the_foreground() -> None:
    ready = threading.Event()
    sandbox = Sandbox(items=3, today=TODAY)
    thread = threading.Thread(target=serve_forever, args=(sandbox, lambda _: ready.set()))
    thread.start()
    assert ready.wait(10)
    assert requests.get(sandbox.api_url + "/licenses", timeout=30).status_code == 200
    sandbox.stop()
    thread.join(10)
    assert not thread.is_alive()


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no SIGINT for one child alone")
def test_as_a_process_until_ctrl_c() -> None:
    # Where tests run in the background the shell has switched Ctrl-C off for all children: on again for this one.
    program = "import signal; signal.signal(signal.SIGINT, signal.default_int_handler); "
    program += "from figshare_sandbox.__main__ import main; main()"
    command = [sys.executable, "-c", program, "--items", "5", "--seed", "2", "--today", "2026-06-30"]
    environment = os.environ | {"PYTHONPATH": str(ROOT / "pipelines")}
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment) as process:
        assert process.stdout is not None
        said = orjson.loads(process.stdout.readline())
        assert said["items"] == 5
        listed = requests.get(said["api_url"] + "/articles", params={"institution": said["institution_id"]}, timeout=30)
        assert {r["id"] for r in listed.json()} == set(World(5, 2, date(2026, 6, 30)).public_ids())
        answer = requests.get(f"{said['stats_url']}/total/views/group/{said['group_id']}", timeout=30)
        assert answer.json()["totals"] > 0
        process.send_signal(signal.SIGINT)
        try:
            _, errors = process.communicate(timeout=10)
        finally:
            process.kill()
    assert process.returncode == 0
    assert errors == b""


def test_help(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["--help"])
    assert "--records" in capsys.readouterr().out
