"""That the benchmarks run; what they measure is no matter of tests."""

from __future__ import annotations

import subprocess
import sys

import pytest

from tests.support import ROOT


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="peak memory is read where Linux tells it")
def test_the_benchmarks_run() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "tests.benchmarks", "--quick", "load", "fetch", "reports"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    for measure in ("first load of 150 articles", "1 changed in 150", "fetch 60 details", "reports.articles"):
        assert measure in done.stdout
