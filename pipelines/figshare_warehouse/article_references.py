"""References to an article as people have them: its id, its DOI, or the address of its page."""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import unquote, urlsplit

from figshare_warehouse.errors import UsageError

_ID = re.compile(r"[1-9][0-9]{0,17}")
_DOI = re.compile(r"10\.[0-9]{4,9}(?:\.[0-9]+)*/[^\s/?#]\S*")
_DOI_HOSTS = ("doi.org", "dx.doi.org", "www.doi.org")
# Figshare's own DOIs, and those of institutions with a prefix, end like this; `c.` before the id is a collection's.
_DOI_ID = re.compile(r".*(?<![./]c)[./]([1-9][0-9]{0,17})")
_VERSION = re.compile(r"\.v[0-9]{1,4}$")


@dataclass(frozen=True, slots=True)
class ArticleReference:
    """What a reference says.

    Attributes:
        article_id: Figshare's id of the article; None for a DOI that does not end with one. Of a DOI it is likely, not
            certain: hold the DOI of the article against `doi`.
        doi: its DOI without a version, where one was given.
    """

    article_id: int | None
    doi: str | None = None

    @property
    def is_certain(self) -> bool:
        """Whether the id is certain: it was given, or is in a DOI of Figshare's own form."""
        return self.article_id is not None and (
            self.doi is None or self.doi.endswith((f"/figshare.{self.article_id}", f".figshare.{self.article_id}"))
        )

    def is_doi(self, doi: object) -> bool:
        """Whether a DOI, with or without a version, is the one of the reference."""
        return self.doi is not None and isinstance(doi, str) and self.doi == _bare(doi)


def article_reference(text: str, name: str = "An article") -> ArticleReference:
    """Returns what a reference to an article says.

    Args:
        text: an id, a DOI (also as `doi:…` or an address) or the address of an article's page, at any host.
        name: the option or argument that it is from.

    Raises:
        UsageError: it is none of these.
    """
    found = _reference(text.strip())
    if found is None:
        raise UsageError(f"{name} takes an article's id, DOI or URL, not '{_shown(text)}'.")
    return found


def _reference(text: str) -> ArticleReference | None:
    if _ID.fullmatch(text):
        return ArticleReference(int(text))
    bare = re.sub(r"doi:\s*", "", text, count=1, flags=re.I) if text[:4].lower() == "doi:" else text
    if _DOI.fullmatch(bare):
        return _of_doi(bare)
    try:
        url = urlsplit(text if "//" in text else f"https://{text}")
        host, path = url.hostname or "", unquote(url.path)
    except ValueError:
        return None
    if host in _DOI_HOSTS:
        doi = path.removeprefix("/")
        return _of_doi(doi) if _DOI.fullmatch(doi) else None
    if url.scheme not in ("http", "https") or "." not in host:
        return None
    article_id = _id_in(path)
    return None if article_id is None else ArticleReference(article_id)


def _of_doi(text: str) -> ArticleReference:
    doi = _bare(text)
    found = _DOI_ID.fullmatch(doi)
    return ArticleReference(int(found[1]) if found else None, doi)


def _bare(doi: str) -> str:
    return _VERSION.sub("", doi.strip().rstrip("/").lower())


def _id_in(path: str) -> int | None:
    """The article's id in the path of its page: `/articles/TYPE/TITLE/ID`, `/articles/ID/VERSION` and older ones."""
    parts = [part for part in path.split("/") if part]
    for word in ("articles", "items"):
        if word in parts:
            after = parts[parts.index(word) + 1 :]
            break
    else:
        return None
    if after[1:2] in (["versions"], ["files"]) and _ID.fullmatch(after[0]):
        # The address of a record.
        after = after[:1]
    if not after or not _ID.fullmatch(after[-1]):
        return None
    # A title can be a number, too: a version is shorter than an id.
    is_version = len(after[-1]) <= 3 and len(after) > 1 and bool(_ID.fullmatch(after[-2])) and len(after[-2]) > 3
    return int(after[-2 if is_version else -1])


def _shown(text: str) -> str:
    kept = "".join(character if character.isprintable() else "?" for character in text.strip())
    return kept if len(kept) <= 80 else kept[:79] + "…"
