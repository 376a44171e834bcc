"""What a search looks at in one article, collection or project."""

from __future__ import annotations

import re
from typing import Any

from figshare_sandbox.world.model import Json, canonical
from figshare_sandbox.world.vocabulary import (
    INSTITUTION_ID,
    INSTITUTION_NAME,
    OTHER_INSTITUTION_ID,
    OTHER_PORTAL,
    PORTAL,
)

_WORDS = re.compile(r"\w+")
_MARKUP = re.compile(r"<[^>]*>")
_VERSION = re.compile(r"\s*\d+(\.\d+)?$")

#: Fields whose words are looked for; without quotes any of the words will do.
TEXT_FIELDS = {"title", "description", "author", "references", "resource_title", "search_term"}
#: Fields that are compared as a whole.
EXACT_FIELDS = {
    "tag", "category", "orcid", "doi", "handle", "item_type", "institution", "licence", "resource_doi", "extension",
    "project",
}  # fmt: skip


def words(text: str) -> str:
    """The words of a text in lower case, with a blank at each end so that phrases match whole words."""
    return f" {' '.join(_WORDS.findall(text.lower()))} "


class Searchable:
    """The texts and values of one record, made when asked for and kept."""

    def __init__(self, record: Any) -> None:
        self.detail: Json = record.detail
        self._institution: int = record.institution
        self._project: int | None = getattr(record, "project_id", None)
        self._modified: str | None = getattr(record, "touched", None)
        self._texts: dict[str, str] = {}

    def contains(self, field: str, text: str) -> bool:
        """Whether the words of `text` occur in a field, next to each other."""
        wanted = words(text)
        return wanted.strip() != "" and wanted in self._text(field)

    def has(self, field: str | None, value: str) -> bool:
        """Whether a field has exactly this value (in lower case)."""
        found = self._values(str(field))
        if field == "licence":
            value = value.replace(" ", "").replace("-", "")
            return any(
                value in (n, _VERSION.sub("", n)) for n in (f.lower().replace(" ", "").replace("-", "") for f in found)
            )
        return any(f.lower() == value for f in found)

    def date(self, key: str) -> str | None:
        """A date of the record in its sortable form."""
        if key == "modified_date":
            return self._modified or canonical(self.detail.get(key) or self.detail.get("published_date"))
        return canonical(self.detail.get(key))

    def _text(self, field: str) -> str:
        text = self._texts.get(field)
        if text is None:
            detail = self.detail
            if field == "author":
                text = " | ".join(words(a["full_name"]) for a in detail.get("authors") or ())
            elif field == "references":
                text = words(" ".join(detail.get("references") or ()))
            elif field == "search_term":
                parts = [self._text(f) for f in ("title", "description", "author", "references", "resource_title")]
                values = [v for f in ("tag", "category", "doi", "handle", "item_type") for v in self._values(f)]
                text = " | ".join([*parts, *(words(v) for v in values)])
            else:
                text = words(_MARKUP.sub(" ", detail.get(field) or ""))
            self._texts[field] = text
        return text

    def _values(self, field: str) -> list[str]:
        detail = self.detail
        if field == "tag":
            return list(detail.get("tags") or ())
        if field == "category":
            return [c["title"] for c in detail.get("categories") or ()]
        if field == "orcid":
            return [a["orcid_id"] for a in detail.get("authors") or () if a.get("orcid_id")]
        if field == "item_type":
            name = detail.get("defined_type_name", "")
            return [name, name.replace(" ", "_"), str(detail.get("defined_type", ""))]
        if field == "licence":
            return [(detail.get("license") or {}).get("name", "")]
        if field == "institution":
            names = {INSTITUTION_ID: (PORTAL, INSTITUTION_NAME), OTHER_INSTITUTION_ID: (OTHER_PORTAL,)}
            return [str(self._institution), *names.get(self._institution, ())]
        if field == "extension":
            return [f["name"].rpartition(".")[2] for f in detail.get("files") or () if "." in f["name"]]
        if field == "project":
            return [str(self._project)] if self._project else []
        return [detail[field]] if detail.get(field) else []
