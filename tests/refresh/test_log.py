"""The log tells what happened, and no secret."""

from __future__ import annotations

import json
import logging
import os
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import orjson
import pytest

from figshare_sandbox import Fault, Sandbox
from figshare_warehouse.errors import FigshareWarehouseError
from figshare_warehouse.logs import logged_to
from figshare_warehouse.notify import Notification, summary
from tests.support import start_refresh


@pytest.mark.slow
def test_each_request_is_a_line_and_the_token_in_none(
    figshare: Sandbox, tmp_path: Path, begun: Callable[[Path], Path]
) -> None:
    warehouse = begun(tmp_path / "warehouse.duckdb")
    log = tmp_path / "refresh.log"
    bad = figshare.world.public_ids()[0]
    figshare.faults.add(Fault("status", status=500, path=rf"/articles/{bad}$"), Fault("reset", times=2))
    options = ["--log-file", str(log), "--search", "mine=data"]
    environment = {
        "SOURCES__FIGSHARE__MAX_TRIES": "2",
        "SOURCES__FIGSHARE__PORTAL": "northfield",
        "SOURCES__FIGSHARE__STATS_USERNAME": "stats-name",
        "SOURCES__FIGSHARE__STATS_PASSWORD": "stats-secret",
    }
    process = start_refresh(figshare, warehouse, options, environment)
    out, errors = process.communicate(timeout=120)
    assert process.returncode == 3, errors
    lines = [orjson.loads(line) for line in log.read_text(encoding="utf-8").splitlines()]
    asked = [line for line in lines if line["logger"] == "figshare_warehouse.http"]
    assert len(asked) == len(figshare.requests)
    assert all(datetime.fromisoformat(line["at"]).utcoffset() is not None for line in lines)
    assert {"kind", "method", "url", "params", "status", "seconds"} <= asked[0].keys()
    assert any(line["level"] == "warning" and line.get("article_id") == bad for line in lines)
    assert [line["message"] for line in lines[-3:]] == [
        "The refresh ended: incomplete",
        "Publishing the reports",
        "The reports were published",
    ]
    for text in (log.read_text(encoding="utf-8"), out, errors):
        assert figshare.token not in text
        assert "stats-secret" not in text


def test_a_second_refresh_adds_to_the_log_and_a_secret_is_blotted_out(tmp_path: Path) -> None:
    log = tmp_path / "refresh.log"
    for number in range(2):
        with logged_to(log, ["s3cret"]):
            logging.getLogger("figshare_warehouse").warning("run %s with s3cret", number)
    assert [orjson.loads(line)["message"] for line in log.read_bytes().splitlines()] == [
        "run 0 with ***",
        "run 1 with ***",
    ]


@pytest.mark.parametrize("secret", ["s3cret", 'pä"ss\\w', "\u2028tab\tbed", "***"])
def test_a_secret_is_blotted_out_whatever_is_in_it(tmp_path: Path, secret: str) -> None:
    log = tmp_path / "refresh.log"
    said = {"params": {"token": f"token {secret}", "all": [f"{secret}{secret}", 7, None]}, "path": Path(secret, "x")}
    with logged_to(log, [secret[:3], secret]):
        logging.getLogger("figshare_warehouse").warning("with %s", secret, extra=said)
    line = orjson.loads(log.read_bytes())
    assert (line["message"], line["path"]) == ("with ***", "***/x".replace("/", os.sep))
    assert line["params"] == {"token": "token ***", "all": ["******", 7, None]}
    notification = Notification("true", Path(f"{secret}.duckdb"), secrets=[secret])
    summed = json.loads(summary(notification, 1, f"Refused: {secret}."))
    assert summed["message"] == "Refused: ***."
    assert summed["warehouse"].endswith("***.duckdb")


def test_a_log_that_cannot_be_written_is_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(FigshareWarehouseError, match="--log-file"), logged_to(tmp_path / "nowhere" / "refresh.log"):
        pass
