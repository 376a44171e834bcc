"""No part of a secret is shown: neither by what a server repeats, nor in the log, a notification or the warehouse."""

from __future__ import annotations

import base64
import json
import logging
from collections.abc import Callable
from pathlib import Path
from typing import Any

import orjson
import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from figshare_warehouse.cli import cli
from figshare_warehouse.configuration import resolve_settings, secrets_of
from figshare_warehouse.logs import logged_to
from figshare_warehouse.notify import Notification, summary
from figshare_warehouse.redaction import SHORTEST_RUN, Redactor
from figshare_warehouse.sources.figshare.client import FigshareClient
from figshare_warehouse.sources.http.errors import RequestError
from tests.hostile import send, served
from tests.support import rows

TOKEN = "".join(f"{number:02x}" for number in range(64))
PASSWORD = 'p/ss wörd "%" and more'
SENT = base64.b64encode(f"someone:{PASSWORD}".encode()).decode()


def holds_a_run(text: str, secret: str) -> bool:
    return any(secret[at : at + SHORTEST_RUN] in text for at in range(len(secret) - SHORTEST_RUN + 1))


@given(st.text(min_size=8, max_size=20), st.lists(st.tuples(st.text(), st.integers(0, 20), st.integers(0, 20))))
def test_no_run_of_eight_characters_is_left(secret: str, parts: list[tuple[str, int, int]]) -> None:
    text = "".join(between + secret[first:last] for between, first, last in parts)
    assert not holds_a_run(Redactor([secret])(text), secret) or holds_a_run("***", secret)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("with abcdefghijkl.", "with ***."),
        ("with abcdefghijklabcdefghijkl.", "with ******."),
        ("with defghijk and abcdefg", "with *** and abcdefg"),
        ("nothing of it", "nothing of it"),
        ("short s3c, twice s3cs3c", "short ***, twice ******"),
    ],
)
def test_what_is_taken_out(text: str, shown: str) -> None:
    assert Redactor(["abcdefghijkl", "s3c", "", None])(text) == shown


@pytest.mark.parametrize(
    "form",
    [
        PASSWORD,
        json.dumps(PASSWORD),
        json.dumps(PASSWORD, ensure_ascii=False),
        "p%2Fss%20w%C3%B6rd%20%22%25%22%20and%20more",
        "p%2fss%20w%c3%b6rd%20%22%25%22%20and%20more",
        "p/ss%20w%C3%B6rd%20%22%25%22%20and%20more",
        "p%2Fss+w%C3%B6rd+%22%25%22+and+more",
    ],
)
def test_a_secret_is_known_in_the_forms_it_is_written_in(form: str) -> None:
    assert Redactor([PASSWORD])(f"<{form.strip(chr(34))}>") == "<***>"


@pytest.mark.parametrize("before", [0, 100, 150, 190, 196])
def test_a_token_that_is_repeated_where_the_message_is_cut(before: int) -> None:
    said = orjson.dumps({"message": "x" * before + f"<{TOKEN} and {TOKEN[:20]}"})
    with served(lambda handler: send(handler, said, 400)) as client:
        asking = FigshareClient(client.api_url, token=TOKEN, requests_per_second=0, max_tries=1)
        with asking, pytest.raises(RequestError) as raised:
            asking.get("groups", "/account/institution/groups")
    assert f"'{'x' * before}<*" in str(raised.value)
    # Not even the first characters: they tell which of several tokens it is.
    assert TOKEN[:4] not in str(raised.value)


def test_a_token_is_not_put_together_by_what_is_left_out_of_a_message() -> None:
    said = orjson.dumps({"message": f"{TOKEN[:30]}\u200b{TOKEN[30:]} {TOKEN[:7]}\u200b{TOKEN[7:14]}"})
    with served(lambda handler: send(handler, said, 400)) as client:
        asking = FigshareClient(client.api_url, token=TOKEN, requests_per_second=0, max_tries=1)
        with asking, pytest.raises(RequestError) as raised:
            asking.get("groups", "/account/institution/groups")
    assert not holds_a_run(str(raised.value), TOKEN)


@pytest.mark.parametrize("shown", [PASSWORD, SENT, SENT[3:30], json.dumps(PASSWORD), PASSWORD[2:14]])
def test_a_password_that_is_repeated_in_any_form(shown: str) -> None:
    def repeat(handler: Any) -> None:
        assert handler.headers["Authorization"] == f"Basic {SENT}"
        send(handler, orjson.dumps({"message": f"no {shown}"}), 400, X_Echo=handler.headers["Authorization"])

    with served(repeat) as client:
        asking = FigshareClient(
            client.api_url,
            client.api_url,
            portal="north",
            stats_username="someone",
            stats_password=PASSWORD,
            requests_per_second=0,
            max_tries=1,
        )
        with asking, pytest.raises(RequestError) as raised:
            asking.get("total", "/north/total/views/article/1", service="stats")
    assert "'no ***" in str(raised.value).replace('"', "")
    assert not holds_a_run(str(raised.value), PASSWORD)
    assert not holds_a_run(str(raised.value), SENT)


def test_a_redirects_address_and_a_proxys_credentials_are_not_shown(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def redirect(handler: Any) -> None:
        send(handler, b"", 302, Location=f"http://127.0.0.1:9/?token={TOKEN}")

    with (
        served(redirect) as client,
        caplog.at_level(logging.DEBUG),
        FigshareClient(client.api_url, token=TOKEN, requests_per_second=0, max_tries=1) as asking,
    ):
        with pytest.raises(RequestError, match="a redirect") as raised:
            asking.get("groups", "/account/institution/groups")
        said = [str(raised.value)]
        for proxy in ("http://me:pr0xy-secret@127.0.0.1:9", "ftp://me:pr0xy-secret@[x", "http://me:pr0xy-secret@:x"):
            monkeypatch.setenv("http_proxy", proxy)
            monkeypatch.setenv("no_proxy", "")
            with (
                FigshareClient("http://figshare.example/v2", requests_per_second=0, max_tries=1) as other,
                pytest.raises(RequestError) as raised,
            ):
                other.get("licenses", "/licenses")
            assert raised.value.__suppress_context__
            said.append(str(raised.value))
    for text in [*said, *(record.getMessage() for record in caplog.records)]:
        assert not holds_a_run(text, TOKEN)
        assert "pr0xy" not in text


@pytest.mark.slow
def test_half_a_token_is_in_no_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, begun: Callable[[Path], Path]
) -> None:
    monkeypatch.setenv("SOURCES__FIGSHARE__TOKEN", TOKEN)
    log, warehouse = tmp_path / "refresh.log", begun(tmp_path / "warehouse.duckdb")

    def answer(handler: Any) -> None:
        if handler.path.startswith("/account/institution/groups"):
            said = {"message": f"{'x' * 150} not {handler.headers['Authorization']}"}
            send(handler, orjson.dumps(said), 400)
        elif handler.path.startswith("/account/institution"):
            send(handler, b'{"id": 1, "name": "Northfield"}')
        else:
            send(handler, b"[]")

    with served(answer) as client:
        options = ["--search", "mine=soil", "--api-url", client.api_url, "--warehouse", str(warehouse)]
        done = CliRunner().invoke(
            cli, ["refresh", *options, "--usage", "none", "--requests-per-second", "0", "--log-file", str(log)]
        )
    assert done.exit_code == 3, done.output
    said = rows(warehouse, "select message from figshare.failed_requests where path = '/account/institution/groups'")
    assert [message[-18:] for (message,) in said] == ["xx not token ***'."]
    for path in tmp_path.rglob("*"):
        content = "" if path.is_dir() else path.read_bytes().decode("latin-1")
        assert not holds_a_run(content, TOKEN), path


def test_the_log_and_a_notification_show_no_part(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    given = {"token": TOKEN, "stats_username": "someone", "stats_password": PASSWORD}
    secrets = secrets_of(resolve_settings(given))
    log = tmp_path / "refresh.log"
    with logged_to(log, secrets):
        logging.getLogger("figshare_warehouse").warning("%s", TOKEN[5:40], extra={"url": SENT[:20], TOKEN: "key"})
    notification = Notification("true", Path("w.duckdb"), secrets=secrets)
    for text in (
        log.read_text(encoding="utf-8"),
        summary(notification, 1, f"Refused: {PASSWORD[:10]} {TOKEN[:9]} {SENT}"),
    ):
        for secret in (TOKEN, PASSWORD, SENT):
            assert not holds_a_run(text, secret)
