"""Each exit status is declared once: the code, the docs and `--help` have no others."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

from click.testing import CliRunner

from figshare_warehouse.cli import cli
from figshare_warehouse.exit_statuses import ExitStatus, as_markdown, in_short

ROOT = Path(__file__).resolve().parents[2]


def _statuses(tree: ast.AST) -> Iterator[ast.expr]:
    """What is given to `exit`, or assigned as an exit code."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            if name in ("exit", "_exit", "Exit", "SystemExit"):
                yield from node.args
        elif isinstance(node, ast.Assign | ast.AnnAssign):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            if any(isinstance(target, ast.Name) and "exit" in target.id.lower() for target in targets) and node.value:
                yield node.value


def _is_number(node: ast.expr) -> bool:
    return any(isinstance(one, ast.Constant) and isinstance(one.value, int) for one in ast.walk(node))


def test_no_other_number_is_an_exit_status() -> None:
    found = []
    names = set()
    for path in (ROOT / "pipelines" / "figshare_warehouse").rglob("*.py"):
        for status in _statuses(ast.parse(path.read_text(encoding="utf-8"))):
            names.add(ast.unparse(status))
            if _is_number(status):
                found.append(f"{path.relative_to(ROOT)}:{status.lineno}: {ast.unparse(status)}")
    assert found == []
    assert {"ExitStatus.FAILED", "ExitStatus.STALE", "ExitStatus.INTERRUPTED", "error.exit_code"} <= names


def test_docs_and_help_list_them() -> None:
    assert as_markdown() in (ROOT / "docs" / "operations.md").read_text(encoding="utf-8")
    said = CliRunner().invoke(cli, ["--help"]).output
    assert f"Exit status: {in_short()}." in " ".join(said.split())


def test_each_says_what_it_means() -> None:
    assert [int(status) for status in ExitStatus] == [0, 1, 2, 3, 4, 5, 6, 7, 130]
    assert len({status.meaning for status in ExitStatus}) == len(ExitStatus)
