"""Foreign text made harmless for a terminal, a sentence or a spreadsheet."""

from __future__ import annotations

import re
import unicodedata

# Terminals obey C0 and C1 controls and DEL; direction marks, overrides and line separators move other text.
_CONTROLS = re.compile(r"[\x00-\x1f\x7f-\x9f]")
_INVISIBLE = re.compile("[\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\U000e0000-\U000e007f]")
_SPACES = re.compile(r"[\t\n\v\f\r\x85\u2028\u2029]+")
_RIGHT_TO_LEFT = re.compile("[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc\U00010800-\U00010fff\U0001e800-\U0001efff]")

_DROPPED = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")

# Characters that spreadsheets ignore before a formula.
_BEFORE_FORMULA = re.compile(r"[\s\x00-\x20\x7f-\xa0\xad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]*")
_FORMULA = "=+-@"


def harmless(text: str) -> str:
    """Returns text on one line without control characters, escapes or changes of direction."""
    return _CONTROLS.sub("\ufffd", _INVISIBLE.sub("", _SPACES.sub(" ", text)))


def is_right_to_left(text: str) -> bool:
    """Whether the text has right-to-left letters."""
    return bool(_RIGHT_TO_LEFT.search(text))


def is_formula_like(text: str) -> bool:
    """Whether a spreadsheet may read the text as a formula.

    It may if the text begins with `=`, `+`, `-` or `@`, for some programs also in full width or after white space and
    invisible characters; or with a tab or a line break.
    """
    first = text[_BEFORE_FORMULA.match(text).end() :][:1]  # type: ignore[union-attr]
    return text.startswith(("\t", "\r", "\n")) or (first != "" and unicodedata.normalize("NFKC", first)[:1] in _FORMULA)


def spreadsheet_cell(text: str) -> str:
    """Returns text that a spreadsheet reads as text: a possible formula gets a leading `'`.

    Control characters except tab, line feed and carriage return are dropped, since CSV is also read in terminals.
    """
    kept = without_controls(text)
    return f"'{kept}" if is_formula_like(kept) else kept


def without_controls(text: str) -> str:
    """Returns text without control characters except tab, line feed and carriage return."""
    return _DROPPED.sub("", text)


_LONGEST = 60


def quoted(text: str) -> str:
    """Returns text for use in a sentence: harmless, in quotes, not too long."""
    plain = harmless(text)
    return f"'{plain if len(plain) <= _LONGEST else plain[: _LONGEST - 1] + '…'}'"
