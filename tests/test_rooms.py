"""Which part may know what: the rules that keep the way of the data one way, and each room small."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
FILES = sorted((ROOT / "pipelines").rglob("*.py"))
TREES = {path: ast.parse(path.read_text(encoding="utf-8")) for path in FILES}

# What each room may know of the others.
MAY_KNOW = {
    "clock": set(),
    "errors": set(),
    "limits": set(),
    "outputs": {"errors"},
    "redaction": set(),
    "version": set(),
    "tables": set(),
    "sandbox": set(),
    "departments": {"errors"},
    "logs": {"errors", "outputs", "redaction"},
    "schedule": {"errors"},
    "figshare": {"clock", "errors", "redaction", "tables"},
    "settings": {"errors", "figshare", "limits", "outputs"},
    "warehouse": {"errors", "outputs", "tables", "version"},
    "reports": {"errors", "outputs", "warehouse"},
    # A plan is a report of what a refresh would ask.
    "refresh": {"clock", "departments", "errors", "figshare", "reports", "settings", "tables", "version", "warehouse"},
    "notify": {"errors", "logs", "redaction", "refresh"},
    "cli": {"commands", "errors"},
}
MAY_KNOW["commands"] = {*MAY_KNOW} - {"cli"}
# What is installed from elsewhere, and who may use it.
USERS = {
    "altair": {"reports"},
    "click": {"cli", "commands"},
    "dlt": {"figshare", "refresh", "settings"},
    "jinja2": {"reports"},
    "msgspec": {"figshare"},
    "requests": {"figshare"},
    "rich": {"commands", "reports"},
    "sqlglot": {"warehouse"},
    "tornado": {"sandbox"},
    "xlsxwriter": {"reports"},
}
HTTP = {"requests", "urllib3", "urllib.request", "http", "http.client", "httpx", "aiohttp", "socket", "tornado"}

# A statement is a line, perhaps folded; what is longer is a file in sql/. The views that follow the custom fields that
# exist cannot be files.
STATEMENT = re.compile(r"\s*(select|with|insert|update|delete|merge|create|copy|from)\s", re.IGNORECASE)
LONGEST_STATEMENT = 180
WRITES_SQL = {"warehouse/customfields.py"}

LONGEST_FILE = 400
LONGER = {
    "sql/checks/one_row_per_grain.sql": "ten lines for each report",
    "sql/plan/article_changes.sql": "each list of an article, as it was and as it is read",
}


def _room(path: Path) -> str:
    return path.relative_to(ROOT).parts[1].removesuffix(".py")


def _imports(path: Path) -> set[str]:
    package = path.relative_to(ROOT).parent.parts
    found = set()
    for node in ast.walk(TREES[path]):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            base = ".".join(package[: len(package) + 1 - node.level]) if node.level else ""
            module = ".".join(part for part in (base, node.module) if part)
            found |= {module} | {f"{module}.{alias.name}" for alias in node.names}
    return found


def _rooms_of(path: Path) -> set[str]:
    rooms = {_room(other) for other in FILES} - {"__init__"}
    parts = (name.split(".") for name in _imports(path))
    return {name[1] for name in parts if name[0] == "pipelines" and len(name) > 1} & rooms - {_room(path)}


def test_rooms_know_only_what_they_may() -> None:
    rooms = {_room(path): set() for path in FILES if path.parent.name == "pipelines"} | MAY_KNOW
    breaches = {path.relative_to(ROOT).as_posix(): _rooms_of(path) - rooms[_room(path)] for path in FILES}
    assert {path: rooms for path, rooms in breaches.items() if rooms} == {}


def test_only_demo_and_the_sandbox_command_start_the_sandbox() -> None:
    users = [path.relative_to(ROOT).as_posix() for path in FILES if "sandbox" in _rooms_of(path)]
    assert users == ["pipelines/commands/trying.py"]


@pytest.mark.parametrize("package", USERS)
def test_a_dependency_is_used_in_its_rooms_only(package: str) -> None:
    users = {_room(path) for path in FILES if package in {name.partition(".")[0] for name in _imports(path)}}
    assert users == USERS[package]


def test_a_refresh_talks_to_dlt_in_one_place() -> None:
    users = {path.name for path in FILES if _room(path) == "refresh" and "dlt" in _imports(path)}
    assert users == {"loading.py"}


def test_figshare_and_the_sandbox_know_no_duckdb() -> None:
    users = {_room(path) for path in FILES if "duckdb" in _imports(path)}
    assert not users & {"figshare", "sandbox", "tables", "settings", "cli"}


def test_only_the_client_s_transport_talks_http() -> None:
    users = {path.relative_to(ROOT).as_posix() for path in FILES if HTTP & _imports(path)}
    # The client asks through the transport, over connections; the others are the sandbox's own server.
    assert {path for path in users if not path.startswith("pipelines/sandbox/")} <= {
        "pipelines/figshare/connections.py",
        "pipelines/figshare/transport.py",
    }
    assert {p.name for p in FILES if "pipelines.figshare.connections" in _imports(p)} == {"transport.py"}
    assert {p.name for p in FILES if "pipelines.figshare.transport" in _imports(p)} == {"client.py"}


def test_commands_import_what_is_slow_only_when_it_is_needed() -> None:
    script = "import sys; import pipelines.cli; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=True)
    assert not {"dlt", "duckdb", "sqlglot", "pyarrow", "rich", "altair", "requests"} & set(done.stdout.split())


def _texts(tree: ast.Module) -> Iterator[tuple[ast.expr, str]]:
    """The texts in a module that are no docstrings; `{}` for what is put in."""
    held = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    held |= {id(part) for node in ast.walk(tree) if isinstance(node, ast.JoinedStr) for part in node.values}
    for node in ast.walk(tree):
        if isinstance(node, ast.JoinedStr):
            yield node, "".join(part.value if isinstance(part, ast.Constant) else "{}" for part in node.values)
        elif isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in held:
            yield node, node.value


def test_queries_of_more_than_a_line_are_sql_files() -> None:
    found = []
    for path, tree in TREES.items():
        if path.relative_to(ROOT / "pipelines").as_posix() not in WRITES_SQL:
            for node, text in _texts(tree):
                # What is put in is a file's text.
                statement = text.removesuffix("\n{}")
                if STATEMENT.match(text) and ("\n" in statement or len(statement) > LONGEST_STATEMENT):
                    found.append(f"{path.relative_to(ROOT)}:{node.lineno}: {statement[:60]}")
    assert found == []


def test_no_file_is_longer_than_it_should_be() -> None:
    files = [
        *FILES,
        *(ROOT / "sql").rglob("*.sql"),
        *(ROOT / "tests").rglob("*.py"),
        *(ROOT / "examples").rglob("*.py"),
    ]
    lengths = {path.relative_to(ROOT).as_posix(): len(path.read_text("utf-8").splitlines()) for path in files}
    assert {name for name, lines in lengths.items() if lines > LONGEST_FILE} <= set(LONGER)


def test_databases_are_opened_in_one_place() -> None:
    # Elsewhere it would be forgotten to shut them off from the files of the machine.
    found = {
        path.relative_to(ROOT).as_posix()
        for path, tree in TREES.items()
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute) and ast.unparse(node) == "duckdb.connect"
    }
    assert found == {"pipelines/warehouse/access.py"}
