"""Pages as text, for tests."""

from __future__ import annotations

import re
from html.parser import HTMLParser


class Read(HTMLParser):
    """A page, read: its elements, its scripts, and the cells of its tables by the title above."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.words: list[str] = []
        self.rows: dict[str, list[list[str]]] = {}
        self.json = ""
        self._inside: list[str] = []
        self._section = ""
        self.feed(text)

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        found = dict(attributes)
        self.elements.append((tag, found))
        if tag == "section":
            self._section = str(found.get("id"))
        if tag == "tr":
            self.rows.setdefault(self._section, []).append([])
        if tag in ("td", "th"):
            self.rows[self._section][-1].append("")
        self._inside.append(f"{tag}.{found.get('type') or ''}")

    def handle_endtag(self, tag: str) -> None:
        while self._inside and not self._inside.pop().startswith(f"{tag}."):
            pass

    def handle_data(self, text: str) -> None:
        if "script.application/json" in self._inside:
            self.json += text
        elif not {"script.", "style."} & set(self._inside):
            self.words.append(text)
            if {"td.", "th."} & set(self._inside) and "small." not in self._inside:
                self.rows[self._section][-1][-1] += text

    @property
    def text(self) -> str:
        return " ".join(" ".join(self.words).split())


def tiles(text: str) -> dict[str, str]:
    found = re.findall(r"<div><dt>([^<]*)</dt><dd>([^<]*)", text[text.index('class="tiles"') :])
    return dict(found)
