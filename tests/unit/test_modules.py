"""Which module may import which, what each dependency is used for, and how long a file may be."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
FILES = sorted((ROOT / "pipelines").rglob("*.py"))
TREES = {path: ast.parse(path.read_text(encoding="utf-8")) for path in FILES}

# Which part of figshare_warehouse may import which others: one way, from the command line down.
MAY_IMPORT: dict[str, set[str]] = {
    "clock": set(),
    "errors": {"exit_statuses"},
    "exit_statuses": set(),
    "redaction": set(),
    "tables": set(),
    "version": set(),
    "ages": {"errors"},
    "article_references": {"errors"},
    "outputs": {"errors"},
    "periods": {"errors"},
    "schedule": {"errors", "settings"},
    "csv_list": {"errors"},
    "given_names": {"csv_list", "errors"},
    "schools": {"csv_list"},
    "logs": {"errors", "outputs", "redaction"},
    "sources.http": {"errors", "exit_statuses", "redaction"},
    "setting": set(),
    "datacite_settings": {"setting"},
    "settings": {"ages", "datacite_settings", "setting"},
    # The parser of records is the same for both.
    "sources.datacite": {
        *("clock", "datacite_settings", "errors", "redaction", "sources.figshare", "sources.http", "tables"),
    },
    "sources.figshare": {
        *("article_references", "clock", "errors", "redaction", "settings"),
        *("sources.http", "tables"),
    },
    "configuration": {
        *("ages", "article_references", "clock", "datacite_settings", "errors", "outputs", "setting", "settings"),
        *("sources.datacite", "sources.figshare"),
    },
    "database": {"errors"},
    "models": {"database", "errors", "outputs", "tables", "version"},
    "warehouse": {"database", "errors", "models", "outputs", "tables", "version"},
    "reports": {
        *("article_references", "database", "errors", "exit_statuses", "models", "outputs", "periods", "warehouse"),
    },
    # A plan is a report of what a refresh would ask.
    "refresh": {
        *("article_references", "clock", "database", "errors", "exit_statuses", "given_names", "models", "reports"),
        "schools",
        *("ages", "configuration", "settings"),
        *("sources.datacite", "sources.figshare", "sources.http", "tables", "version", "warehouse"),
    },
    "notify": {"errors", "exit_statuses", "logs", "redaction", "refresh"},
}
MAY_IMPORT["cli"] = {*MAY_IMPORT, "sandbox"}
MAY_IMPORT["__main__"] = {"cli"}
MAY_IMPORT["sandbox"] = set()
# What is installed from elsewhere, and who may use it.
USERS = {
    "altair": {"reports"},
    "click": {"cli"},
    "dlt": {"configuration", "refresh", "sources.datacite", "sources.figshare"},
    "jinja2": {"reports"},
    "msgspec": {"sources.figshare", "sources.http"},
    "requests": {"sources.http"},
    "rich": {"cli", "reports"},
    "sqlglot": {"models"},
    "tornado": {"sandbox"},
    "xlsxwriter": {"reports"},
}
HTTP = {"requests", "urllib3", "urllib.request", "http", "http.client", "httpx", "aiohttp", "socket", "tornado"}

# What is asked is a file in sql/, read by `models.queries`. Statements with names, where no parameter can stand, are
# made in these; the views that follow the custom fields that exist cannot be files.
STATEMENT = re.compile(
    r"\s*(select|with\s+\w+\s+as|insert into|update [\w.]+ set|delete from|merge into|create|copy \(|attach|detach|use|"
    r"alter table|drop (table|view|schema|macro)|comment on|describe|reset|pragma|set [\w{}]+ =)\s"
)
WRITES_SQL = {
    *(f"figshare_warehouse/database/{name}.py" for name in ("confined", "memo", "memory", "statements")),
    *(f"figshare_warehouse/models/{name}.py" for name in ("built", "computed", "custom_fields", "views")),
    *(f"figshare_warehouse/warehouse/publish/{name}.py" for name in ("__init__", "last", "writing")),
    "figshare_warehouse/refresh/transaction.py",
}

LONGEST_FILE = 400
LONGER: dict[str, str] = {}


def _part(name: str) -> str:
    """The part that a module belongs to: `sources.http` of `figshare_warehouse.sources.http.pacing`."""
    package, *names = name.split(".")
    if package == "figshare_sandbox":
        return "sandbox"
    return ".".join(names[: 2 if names[:1] == ["sources"] else 1])


def _name(path: Path) -> str:
    return ".".join(path.relative_to(ROOT / "pipelines").with_suffix("").parts).removesuffix(".__init__")


def _imports(path: Path) -> set[str]:
    package = path.relative_to(ROOT / "pipelines").parent.parts
    found = set()
    for node in ast.walk(TREES[path]):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            base = ".".join(package[: len(package) + 1 - node.level]) if node.level else ""
            module = ".".join(part for part in (base, node.module) if part)
            found |= {module} | {f"{module}.{alias.name}" for alias in node.names}
    return found


PARTS = {path: _part(_name(path)) for path in FILES}


def _parts_of(path: Path) -> set[str]:
    """The other parts that a file imports."""
    ours = (name for name in _imports(path) if name.startswith(("figshare_warehouse.", "figshare_sandbox")))
    return {_part(name) for name in ours} & set(PARTS.values()) - {PARTS[path], ""}


def test_imports_run_one_way() -> None:
    breaches = {_name(path): _parts_of(path) - MAY_IMPORT[PARTS[path]] for path in FILES if PARTS[path] in MAY_IMPORT}
    assert {name: parts for name, parts in breaches.items() if parts} == {}


def test_every_part_is_named() -> None:
    assert {part for part in PARTS.values() if part and part != "sources"} == set(MAY_IMPORT)


def test_only_demo_and_the_sandbox_command_start_the_sandbox() -> None:
    assert [_name(path) for path in FILES if "sandbox" in _parts_of(path)] == ["figshare_warehouse.cli.trying"]


@pytest.mark.parametrize("package", USERS)
def test_a_dependency_is_used_in_its_parts_only(package: str) -> None:
    users = {PARTS[path] for path in FILES if package in {name.partition(".")[0] for name in _imports(path)}}
    assert users == USERS[package]


def test_a_refresh_talks_to_dlt_in_one_place() -> None:
    users = {path.name for path in FILES if PARTS[path] == "refresh" and "dlt" in _imports(path)}
    assert users == {"loader.py"}


def test_figshare_and_the_sandbox_know_no_duckdb() -> None:
    users = {PARTS[path] for path in FILES if "duckdb" in _imports(path)}
    assert not users & {"sources.figshare", "sources.http", "sandbox", "tables", "configuration", "settings"}


def test_only_the_client_s_transport_talks_http() -> None:
    # The client asks through the transport, over connections; the others are the sandbox's server.
    assert {_name(path) for path in FILES if HTTP & _imports(path) and PARTS[path] != "sandbox"} <= {
        "figshare_warehouse.sources.http.connections",
        "figshare_warehouse.sources.http.transport",
        # Any address of the web, which needs other care than the addresses of an API.
        "figshare_warehouse.sources.http.links",
    }
    assert {p.name for p in FILES if "figshare_warehouse.sources.http.connections" in _imports(p)} == {"transport.py"}
    assert {p.name for p in FILES if "figshare_warehouse.sources.http.transport" in _imports(p)} == {"client.py"}


def test_commands_import_what_is_slow_only_when_it_is_needed() -> None:
    script = "import sys; import figshare_warehouse.cli; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=True)
    assert not {"dlt", "duckdb", "sqlglot", "pyarrow", "rich", "altair", "requests"} & set(done.stdout.split())


def _texts(tree: ast.Module) -> Iterator[tuple[ast.expr, str]]:
    """The texts in a module that are no docstrings; `{}` for what is put in."""
    held = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    held |= {id(part) for node in ast.walk(tree) if isinstance(node, ast.JoinedStr) for part in node.values}
    for node in ast.walk(tree):
        if isinstance(node, ast.JoinedStr):
            yield node, "".join(str(part.value) if isinstance(part, ast.Constant) else "{}" for part in node.values)
        elif isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in held:
            yield node, node.value


def test_no_query_is_written_in_python() -> None:
    found = []
    for path, tree in TREES.items():
        if path.relative_to(ROOT / "pipelines").as_posix() not in WRITES_SQL:
            for node, text in _texts(tree):
                if STATEMENT.match(text):
                    found.append(f"{path.relative_to(ROOT)}:{node.lineno}: {text[:60]}")
    assert found == []


def test_every_query_is_asked_somewhere() -> None:
    files = {
        path.relative_to(ROOT / "sql").with_suffix("").as_posix()
        for folder in ("catalog", "pages", "plan", "select", "status")
        for path in (ROOT / "sql" / folder).rglob("*.sql")
    }
    named = {text for tree in TREES.values() for _, text in _texts(tree)}
    assert {file for file in files if file not in named and file.partition("/")[2] not in named} == set()


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
    assert found == {"pipelines/figshare_warehouse/database/confined.py"}
