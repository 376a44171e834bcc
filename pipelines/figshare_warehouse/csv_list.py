"""A list of the user's: a CSV file, read line by line, with one message for what is wrong with it."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from figshare_warehouse.errors import UsageError

SEPARATORS = (",", ";", "\t")
"""Comma: a standard CSV; semicolon: Excel where the comma is the decimal sign; tab: copied cells."""

_ID = re.compile(r"[0-9]{1,18}")


@dataclass(frozen=True, slots=True)
class CsvList:
    """A CSV in UTF-8, separated by commas, semicolons or tabs, whose first line names the columns in any order.

    Attributes:
        path: the file.
        option: the option that names it.
        columns: the columns that it can have.
        needed: of each of these, one must be there.
        wanted: what the first line should do, as the end of a message.
    """

    path: Path
    option: str
    columns: tuple[str, ...]
    needed: tuple[tuple[str, ...], ...]
    wanted: str

    def rows(self) -> Iterator[tuple[int, dict[str, str | None]]]:
        """Yields each line that is not blank: its number and its texts by column, white space folded, None for none.

        Raises:
            UsageError: it cannot be read, or is not such a file; the message names the line.
        """
        lines = self._lines()
        at, names = next(lines, (1, []))
        columns = self._columns(at, names)
        for line, values in lines:
            if len(values) > len(columns) and any(value.strip() for value in values[len(columns) :]):
                raise self.error(line, f"has {len(values)} values, and the first line names {len(columns)} columns")
            given = dict(zip(columns, values, strict=False))
            # White space of any kind is not part of a name.
            yield line, {name: " ".join(given.get(name, "").split()) or None for name in self.columns}

    def id_of(self, line: int, row: dict[str, str | None], name: str) -> int | None:
        """The id in a column; None for none.

        Raises:
            UsageError: it is not one.
        """
        text = row[name]
        if text is not None and not _ID.fullmatch(text):
            raise self.error(line, f"has the {name} '{shown(text)}', which is not a number; use Figshare's id")
        return None if text is None else int(text)

    def error(self, line: int, what: str) -> UsageError:
        """The error for a line."""
        return UsageError(f"Line {line} of {self.option} {self.path} {what}.")

    def _lines(self) -> Iterator[tuple[int, list[str]]]:
        try:
            # With or without the byte order mark that Excel writes.
            text = self.path.read_bytes().decode("utf-8-sig")
        except OSError as error:
            raise UsageError(f"{self.option} {self.path} cannot be read: {error.strerror or error}.") from None
        except UnicodeDecodeError as error:
            line = error.object.count(b"\n", 0, error.start) + 1
            raise self.error(line, "is not in UTF-8; save the file as `CSV UTF-8`") from None
        if "\0" in text:
            line = text.count("\n", 0, text.index("\0")) + 1
            raise self.error(line, "holds the character NUL; save the file as `CSV UTF-8`")
        first = text.lstrip("\r\n").splitlines()[0] if text.strip() else ""
        reader = csv.reader(io.StringIO(text, newline=""), delimiter=max(SEPARATORS, key=first.count), strict=True)
        line = 1
        try:
            for values in reader:
                if any(value.strip() for value in values):
                    yield line, values
                # A quoted value can span several lines.
                line = reader.line_num + 1
        except csv.Error as error:
            raise self.error(line, f"is not a CSV ({error}); look for a quotation mark that is not closed") from None

    def _columns(self, line: int, names: list[str]) -> list[str]:
        columns = [name.strip().lower() for name in names]
        while columns and not columns[-1]:
            columns.pop()
        if unknown := [name for name in columns if name not in self.columns]:
            raise self.error(line, f"has the unknown column '{shown(unknown[0])}'; {self.wanted}")
        if twice := [name for name in self.columns if columns.count(name) > 1]:
            raise self.error(line, f"names the column {twice[0]} twice; keep one of them")
        for names_ in self.needed:
            if not set(names_) & set(columns):
                several = f"{', '.join(names_[:-1])} or {names_[-1]}" if names_[1:] else names_[0]
                raise self.error(line, f"has no column {several}; {self.wanted}")
        return columns


def shown(text: str) -> str:
    """Text from a file as part of a message."""
    kept = "".join(character if character.isprintable() else "?" for character in text)
    return kept if len(kept) <= 60 else kept[:59] + "…"
