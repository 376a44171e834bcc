"""Plain words: code, SQL and docs use none of the expressions that only this project would understand."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support import ROOT

FILES = [
    *sorted((ROOT / "pipelines").rglob("*.py")),
    *sorted((ROOT / "sql").rglob("*.*")),
    *sorted((ROOT / "docs").rglob("*.md")),
    *(ROOT / name for name in ("README.md", "CONTRIBUTING.md", "SECURITY.md", "CHANGELOG.md")),
]

# What to avoid → what to write.
AVOIDED = {
    r"(fore)?told": "say what is reported, estimated or called",
    r"laws?": "data test",
    r"set[_ ]aside": "failed request",
    r"blotted": "removed",
    r"parted": "split",
    r"rests": "the remainder",
    r"tops": "top lists",
    r"sweeps?|swept": "bulk totals",
    r"trials?": "dry run",
    r"stand[-_]ins?|stands? in for": "placeholder",
    r"own(?=(?:=\w|: (?:Path|Mapping|dict)))": "name what it is: user_folder, computed, constants …",
    r"users?['’]s? own": "the user's",
    r"(?:an?|the) \w+ of (?:its|their|our|your) own": "a separate …",
    r"rooms?": "space",
    r"may know": "say what may import or read what",
    r"(?:go|goes|went|going) on": "continues",
    r"who may": "say which module or user",
    r"(?:any|some|no)body(?: else)?['’]s": "another program's, another user's",
    r"(?:what|all that) is said": "the message",
    r"anew": "again",
}

# Where one of them is right: file → expression → why.
ALLOWED = {
    "pipelines/figshare_sandbox/world/texts.py": {r"trials?": "titles of made-up articles"},
    "pipelines/figshare_sandbox/world/vocabulary.py": {r"laws?": "a made-up school"},
    "pipelines/figshare_warehouse/warehouse/publish/published.py": {r"laws?": "a column of version 0.1"},
    "CHANGELOG.md": {r"set[_ ]aside": "the old name", r"laws?": "the old name", r"sweeps?|swept": "the old name"},
}


def _uses(avoided: str) -> Iterator[str]:
    # An underscore separates the words of an identifier.
    pattern = re.compile(rf"(?<![a-zA-Z])(?:{avoided})(?![a-zA-Z])", re.IGNORECASE)
    for path in FILES:
        name = path.relative_to(ROOT).as_posix()
        if avoided in ALLOWED.get(name, {}):
            continue
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
            if found := pattern.search(line):
                yield f"{name}:{number}: {found[0]}"


@pytest.mark.parametrize("avoided", AVOIDED)
def test_words_are_plain(avoided: str) -> None:
    assert list(_uses(avoided)) == [], f"write instead: {AVOIDED[avoided]}"


def test_each_exception_is_needed() -> None:
    for name, expressions in ALLOWED.items():
        text = Path(ROOT / name).read_text(encoding="utf-8")
        for avoided in expressions:
            assert re.search(rf"(?<![a-zA-Z])(?:{avoided})(?![a-zA-Z])", text, re.IGNORECASE), (name, avoided)
