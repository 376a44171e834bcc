"""Which part may know what: the rules that keep the way of the data one way."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1] / "pipelines"
FILES = sorted(ROOT.rglob("*.py"))


def _imports(path: Path) -> set[str]:
    package = ".".join(path.relative_to(ROOT.parent).parent.parts)
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            base = package if node.level else ""
            module = ".".join(part for part in (base, node.module or "") if part)
            found |= {module} | {f"{module}.{alias.name}" for alias in node.names}
    return found


def _breaches(room: str, *forbidden: str) -> list[str]:
    return [
        f"{path.relative_to(ROOT)} imports {name}"
        for path in FILES
        if path.relative_to(ROOT).as_posix().startswith(room)
        for name in _imports(path)
        if any(name == other or name.startswith(f"{other}.") for other in forbidden)
    ]


@pytest.mark.parametrize(
    ("room", "forbidden"),
    [
        (
            "figshare/",
            (
                "pipelines.warehouse",
                "pipelines.cli",
                "pipelines.commands",
                "pipelines.reports",
                "pipelines.refresh",
                "duckdb",
            ),
        ),
        (
            "warehouse/",
            ("pipelines.figshare", "pipelines.cli", "pipelines.commands", "pipelines.refresh", "requests", "dlt"),
        ),
        (
            "reports/",
            (
                "pipelines.figshare",
                "pipelines.cli",
                "pipelines.commands",
                "pipelines.refresh",
                "requests",
                "dlt",
                "click",
            ),
        ),
        ("sandbox/", ("pipelines.figshare", "pipelines.warehouse", "pipelines.reports", "pipelines.refresh", "dlt")),
    ],
)
def test_rooms_know_only_what_they_may(room: str, forbidden: tuple[str, ...]) -> None:
    assert _breaches(room, *forbidden) == []


def test_only_the_client_talks_http() -> None:
    users = [path.name for path in FILES if {"requests", "urllib3", "http.client"} & _imports(path)]
    # The client asks over connections; the last two are the sandbox's own server.
    assert set(users) <= {"client.py", "connections.py", "server.py", "messages.py"}
    assert {p.name for p in FILES if "pipelines.figshare.connections" in _imports(p)} == {"client.py"}


def test_only_the_command_line_starts_the_sandbox() -> None:
    users = [
        path.relative_to(ROOT).as_posix()
        for path in FILES
        if any(name.startswith("pipelines.sandbox") for name in _imports(path)) and "sandbox" not in path.parts
    ]
    assert set(users) == {"commands/trying.py"}


def test_queries_of_more_than_a_few_lines_are_sql_files() -> None:
    for path in FILES:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                is_query = re.match(r"\s*(select|with|insert|update)\s", node.value, re.IGNORECASE)
                assert not (is_query and node.value.count("\n") > 2), f"{path}:{node.lineno}"
