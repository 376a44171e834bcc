"""The clock is passed in: nothing of ours reads the time in another way, and no test patches it."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PATCHED = re.compile(r"""['"](?:[\w.]*\.)?(?:utc_now|datetime)['"]\s*,|\.utc_now\s*=[^=]|freeze_?time""")
# Where the time comes in: the command line, and what may be called without a clock.
GIVEN = {"cli", "clock.py", "configuration.py"}


def test_no_test_patches_the_clock() -> None:
    found = [
        f"{path.relative_to(ROOT)}:{number}"
        for path in sorted((ROOT / "tests").rglob("*.py"))
        if path != Path(__file__)
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if re.search(r"patch|setattr|\.utc_now", line) and PATCHED.search(line)
    ]
    assert found == []


def test_the_time_comes_in_by_a_clock() -> None:
    package = ROOT / "pipelines" / "figshare_warehouse"
    found = {
        path.relative_to(package).as_posix()
        for path in package.rglob("*.py")
        if path.relative_to(package).parts[0] not in GIVEN and "utc_now()" in path.read_text(encoding="utf-8")
    }
    assert found == set()
