"""Reports and macros, found by their name, or by words in their names, columns and texts."""

from __future__ import annotations

import difflib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from figshare_warehouse.errors import UsageError
from figshare_warehouse.models.dictionary import Described, describe, describe_text, wrapped
from figshare_warehouse.models.macros import Macro, read_macros
from figshare_warehouse.models.reference import macro_columns, uses_of
from figshare_warehouse.models.views import EVERY, list_views, made_views

_IN_NAME, _NEAR_NAME, _IN_USE, _IN_COLUMN, _IN_TEXT = 16, 12, 4, 2, 1
"""How much a word says in each place."""

_ALSO = {
    "department": "group",
    "facult": "group",
    "college": "group",
    "researcher": "author",
    "creator": "author",
    "item": "article",
    "output": "article",
    "publication": "article",
    "paper": "article",
    "grant": "fund",
    "licence": "license",
    "keyword": "tag",
    "subject": "categor",
    "nation": "countr",
    "deleted": "withdrawn",
    "removed": "withdrawn",
    "revision": "version",
    "popular": "top",
}
"""What people call things → what the reports call them, both without their ending."""

_NEAR = 0.8
_COLUMNS_SHOWN = 6


@dataclass(frozen=True, slots=True)
class _Entry:
    """What can be found.

    Attributes:
        title: how it is called.
        name: its name alone.
        use: what it is for.
        grain: what one row is.
        columns: column → text.
        text: its whole text.
    """

    title: str
    name: str
    use: str
    grain: str
    columns: dict[str, str]
    text: str

    def worth(self, word: str) -> int:
        """How much a word says for this entry; 0 when it is not in it."""
        places = ((_IN_NAME, self.name), (_IN_USE, self.use), (_IN_COLUMN, " ".join(self.columns)))
        texts = " ".join((self.text, *self.columns.values()))
        found = [worth for worth, text in (*places, (_IN_TEXT, texts)) if word in text.casefold()]
        is_near = difflib.SequenceMatcher(None, word, self.name).ratio() >= _NEAR
        return sum(found) + (_NEAR_NAME if is_near and _IN_NAME not in found else 0)


def found_text(
    words: Sequence[str], width: int, user_folder: Path | None = None, beside: Sequence[Described] = ()
) -> str:
    """Returns the documentation of a report, or the reports that have all of some words, for a terminal.

    Args:
        words: the name of a report, of another view or of a macro, with or without its schema; or words, in whole or in
            part.
        width: the terminal's columns.
        user_folder: a folder of the user's reports; None for none.
        beside: reports whose files are not there.

    Raises:
        UsageError: no report has all of them.
    """
    views = list_views(user_folder=user_folder, schemas=EVERY)
    views += made_views(views)
    macros = {macro.name: macro for macro in read_macros()}
    columns = macro_columns(views)
    if len(words) == 1:
        name = words[0].strip().lower()
        if any(name in (view.name, view.relation) for view in views):
            return describe_text(describe(name, user_folder=user_folder), width)
        for item in beside:
            if name in (item.view.name, item.view.relation):
                return describe_text(item, width)
        if macro := macros.get(name.removeprefix("reports.")):
            return _macro_text(macro, columns[macro.name], width)
    uses = uses_of()
    entries = [
        _Entry(view.relation, view.name, uses.get(view.name, ""), view.grain, view.columns, view.description)
        for view in [*views, *(item.view for item in beside)]
        if view.is_report
    ]
    entries += [_entry(macro, columns[macro.name]) for macro in macros.values()]
    return _list(entries, words, width)


def _list(entries: Sequence[_Entry], words: Sequence[str], width: int) -> str:
    # Singular and plural alike.
    wanted = [word.casefold().strip() for word in words]
    stems = [re.sub(r"(?<=...)(ies|y|s)$", "", word) for word in wanted if word]
    meant = {*stems, *(_ALSO[stem] for stem in stems if stem in _ALSO)}
    ranked = []
    for entry in entries:
        worths = [max(entry.worth(stem), entry.worth(_ALSO.get(stem, stem))) for stem in stems]
        if worths and all(worths):
            ranked.append((-sum(worths), entry.title, entry))
    if not ranked:
        quoted = " and ".join(f"'{word}'" for word in words)
        raise UsageError(
            f"No report has {quoted} in its name, columns or text: `figshare-warehouse describe` lists all."
        )
    lines = []
    for _, _, entry in sorted(ranked):
        lines += [entry.title, *wrapped(entry.use or entry.grain, width, 4)]
        columns = [column for column in entry.columns if any(stem in column for stem in meant)]
        if columns:
            more = f" and {len(columns) - _COLUMNS_SHOWN} more" if len(columns) > _COLUMNS_SHOWN else ""
            lines += wrapped(f"Columns: {', '.join(columns[:_COLUMNS_SHOWN])}{more}", width, 4)
    hint = "figshare-warehouse describe REPORT says what its columns mean."
    return "\n".join([*lines, "", *wrapped(hint, width, 0), ""])


def _call(macro: Macro) -> str:
    return f"reports.{macro.name}({', '.join(macro.parameters)})"


def _entry(macro: Macro, columns: dict[str, str]) -> _Entry:
    text, _, parameters = macro.description.partition(" parameters: ")
    return _Entry(_call(macro), macro.name, "", text.partition(". ")[0] + ".", columns, f"{text} {parameters}")


def _macro_text(macro: Macro, columns: dict[str, str], width: int) -> str:
    text, _, parameters = macro.description.partition(" parameters: ")
    lines = [_call(macro), "", *wrapped(text, width, 0), "", *wrapped(f"Parameters: {parameters}", width, 0)]
    if columns:
        lines += ["", "Columns"]
    for column, meaning in columns.items():
        lines += [f"  {column}", *wrapped(meaning, width, 6)]
    lines += ["", *wrapped(f"Reads {', '.join(sorted(macro.reads))}.", width, 0), ""]
    return "\n".join(lines)
