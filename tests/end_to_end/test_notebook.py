"""The example notebook: valid, without outputs, and each of its cells shows something of a published file."""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from figshare_sandbox import Sandbox
from figshare_warehouse.refresh import Outcome
from tests.support import ROOT, TODAY

NOTEBOOK: dict[str, Any] = json.loads((ROOT / "examples" / "workshop.ipynb").read_text(encoding="utf-8"))
CELLS: list[dict[str, Any]] = NOTEBOOK["cells"]


def test_it_is_a_notebook_without_outputs() -> None:
    assert set(NOTEBOOK) == {"cells", "metadata", "nbformat", "nbformat_minor"}
    assert (NOTEBOOK["nbformat"], NOTEBOOK["nbformat_minor"]) == (4, 5)
    for cell in CELLS:
        keys = {"cell_type", "id", "metadata", "source"}
        if cell["cell_type"] == "code":
            keys |= {"execution_count", "outputs"}
            assert (cell["execution_count"], cell["outputs"]) == (None, [])
        else:
            assert cell["cell_type"] == "markdown"
        assert set(cell) == keys
        assert re.fullmatch(r"[a-zA-Z0-9_-]{1,64}", cell["id"])
        assert all(isinstance(line, str) for line in cell["source"])
    assert len({cell["id"] for cell in CELLS}) == len(CELLS)


@pytest.mark.slow
def test_each_cell_shows_something(tmp_path: Path, refreshed: Callable[..., Outcome]) -> None:
    with Sandbox(items=60, seed=1, today=TODAY) as figshare:
        what = {"usage": ["months"], "searches": {"our-name": ':institution: "University of Northfield"'}}
        assert refreshed(figshare, tmp_path / "figshare_warehouse.duckdb", publish=True, **what).outcome == "done"
    names: dict[str, Any] = {}
    for cell in CELLS:
        if cell["cell_type"] != "code":
            continue
        source = "".join(cell["source"])
        try:
            shown = _run(source, names)
        except Exception as error:
            pytest.fail(f"{source}\n{error}")
        assert shown.fetchall(), f"shows nothing:\n{source}"
    names["reports"].close()


def _run(source: str, names: dict[str, Any]) -> Any:
    """What a cell shows: the value of its last line."""
    *before, last = ast.parse(source).body
    exec(compile(ast.Module(before, []), "cell", "exec"), names)
    assert isinstance(last, ast.Expr), source
    return eval(compile(ast.Expression(last.value), "cell", "eval"), names)
