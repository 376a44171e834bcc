"""An institution as people know it: by its id, its portal, or one of its articles. Figshare is asked for its id.

The detail of an article does not name its institution. Its header in OAI-PMH does, as the set `portal_N` (Figshare's
documentation of OAI-PMH; that N is the id was seen for several institutions, and a refresh holds it against the
listing). Which portal is whose is only in a list that Figshare's OpenAPI description v2.0 (July 2026) calls internal.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from html import unescape
from typing import Any
from urllib.parse import urlsplit

from figshare_warehouse.article_references import ArticleReference, article_reference
from figshare_warehouse.errors import UsageError
from figshare_warehouse.sources.figshare.client import FigshareClient
from figshare_warehouse.sources.http.errors import RequestError, unusable

KIND = "institution_id"
"""The kind of these requests."""

MOST_PAGES = 50
"""Most pages of the list of portals that are read; how many institutions a page has is not documented."""

_PORTAL = re.compile(r"[a-z0-9](?:[a-z0-9-]*[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]*[a-z0-9])?)*")
# Each looks at a character once or twice, however an answer repeats itself.
_HEADER = re.compile(r"<header(\s[^<>]*)?>")
_SET = re.compile(r"<setSpec>\s*portal_([1-9][0-9]{0,17})\s*</setSpec>")
_IDENTIFIER = re.compile(r"<(?:\w{1,30}:)?identifier(?:\s[^<>]*)?>([^<]*)</")
_FIGSHARE = ".figshare.com"


@dataclass(frozen=True, slots=True)
class InstitutionReference:
    """What a reference to an institution says.

    Attributes:
        text: as it was given.
        institution_id: Figshare's id; None where it has to be found.
        article: one of its articles; None where none was given.
        portal: its portal: a host, or the NAME of `NAME.figshare.com`; None where none was given.
    """

    text: str
    institution_id: int | None = None
    article: ArticleReference | None = None
    portal: str | None = None


@dataclass(frozen=True, slots=True)
class FoundInstitution:
    """An institution that Figshare was asked for.

    Attributes:
        reference: the text that it was found from.
        institution_id: Figshare's id.
        institution_name: its name; None where Figshare did not give it.
        article_id: the article that it was found from; None for none.
    """

    reference: str
    institution_id: int
    institution_name: str | None = None
    article_id: int | None = None

    def __str__(self) -> str:
        name = f", {self.institution_name}" if self.institution_name else ""
        source = f"article {self.article_id}" if self.article_id else "Figshare's list of portals"
        return f"{self.reference} is institution {self.institution_id}{name} (found from {source})."


def institution_reference(text: str, name: str = "institution") -> InstitutionReference:
    """Returns what a reference to an institution says.

    Args:
        text: its id, its portal (`lboro`, `repository.lboro.ac.uk`, an address), or an article as in
            `article_reference`.
        name: the option or setting that it is from.

    Raises:
        UsageError: it is none of these.
    """
    text = text.strip()
    if text.isascii() and text.isdecimal():
        return InstitutionReference(text, int(text))
    try:
        return InstitutionReference(text, article=article_reference(text))
    except UsageError:
        pass
    try:
        host = urlsplit(text if "//" in text else f"//{text}").hostname or ""
    except ValueError:
        host = ""
    if not _PORTAL.fullmatch(host) or host in ("figshare.com", "www.figshare.com", "api.figshare.com", "doi.org"):
        raise UsageError(
            f"{name} takes an institution's id, its portal, or the URL or DOI of one of its articles, not "
            f"'{text if text.isprintable() else ascii(text)}'."
        )
    return InstitutionReference(text, portal=host)


def find_institution(client: FigshareClient, reference: InstitutionReference) -> FoundInstitution:
    """Asks Figshare for an institution's id: one request for an article, two where its DOI does not hold its id.

    Args:
        client: asks Figshare.
        reference: one without an id.

    Raises:
        UsageError: Figshare does not tell it; the message says what to give instead.
        RequestError: a request failed.
        StoppedError: the client was stopped or is at a limit.
    """
    if reference.portal is not None:
        return _of_portal(client, reference.text, reference.portal)
    assert reference.article is not None, "a reference without an id is a portal or an article"
    article_id, record = _record(client, reference.article)
    if record is None:
        raise UsageError(
            f"Figshare shows no public article {reference.text}: give --institution the URL or DOI of another article "
            "of the institution, or its id."
        )
    ids = set(_SET.findall(record))
    if len(ids) != 1:
        what = "no institution" if not ids else "several institutions"
        raise UsageError(
            f"Figshare names {what} for article {article_id}: give --institution the URL or DOI of another article of "
            "the institution, or its id."
        )
    return FoundInstitution(reference.text, int(ids.pop()), article_id=article_id)


def _record(client: FigshareClient, article: ArticleReference) -> tuple[int, str | None]:
    """The id of an article and its header in OAI-PMH; None where there is no such public article."""
    if article.article_id is not None:
        header, dois = _oai(client, article.article_id)
        if article.doi is None or any(map(article.is_doi, dois)):
            return article.article_id, header
    path = "/articles"
    records = client.get(KIND, path, {"doi": article.doi or ""}).data
    if not isinstance(records, list):
        raise unusable(client.api_url, path, "answered with something that is not a list")
    for record in records:
        if isinstance(record, dict) and type(record.get("id")) is int and article.is_doi(record.get("doi")):
            return record["id"], _oai(client, record["id"])[0]
    return 0, None


def _oai(client: FigshareClient, article_id: int) -> tuple[str | None, list[str]]:
    """The header of an article's record, None where there is none, and its identifiers."""
    path = "/oai"
    query = {"verb": "GetRecord", "metadataPrefix": "oai_dc", "identifier": f"oai:figshare.com:article/{article_id}"}
    text = client.get(KIND, path, query, is_text=True).data
    if "<OAI-PMH" not in text:
        raise unusable(client.api_url, path, "answered with something that is not OAI-PMH")
    begun = _HEADER.search(text)
    if begun is None or 'status="deleted"' in (begun[1] or ""):
        return None, []
    header, ended, record = text[begun.end() :].partition("</header>")
    return (header, [unescape(one).strip() for one in _IDENTIFIER.findall(record)]) if ended else (None, [])


def _of_portal(client: FigshareClient, text: str, portal: str) -> FoundInstitution:
    name = portal.removesuffix(_FIGSHARE)
    near: dict[int, FoundInstitution] = {}
    why = ""
    try:
        for record in _portals(client):
            domain = str(record.get("custom_domain") or "").lower()
            domain = domain.partition("//")[2] or domain
            found = FoundInstitution(text, record["id"], _printable(record.get("name")))
            if domain.rstrip("/") in (portal, f"{name}{_FIGSHARE}"):
                return found
            if "." not in name and name in domain.split("."):
                near[found.institution_id] = found
    except RequestError as error:
        why = f" ({str(error).removesuffix('.')})"
    if len(near) == 1:
        return near.popitem()[1]
    several = "; ".join(f"{one.institution_id} is {one.institution_name or 'without a name'}" for one in near.values())
    raise UsageError(
        f"Figshare does not say whose portal {portal} is{why or (f' alone ({several})' if near else '')}: give "
        "--institution the URL or DOI of one of its articles, from which the id is found, or the id."
    )


def _printable(name: object) -> str | None:
    """A name on one line without characters that a terminal obeys; None for none."""
    text = " ".join(str(name or "").split())
    return "".join(one if one.isprintable() else "\ufffd" for one in text) or None


def _portals(client: FigshareClient) -> Iterator[dict[str, Any]]:
    path = "/altmetric/institutions"
    seen: set[int] = set()
    for _ in range(MOST_PAGES):
        records = client.get(KIND, path, {"offset": len(seen)}).data
        if not isinstance(records, list):
            raise unusable(client.api_url, path, "answered with something that is not a list")
        new = [one for one in records if isinstance(one, dict) and type(one.get("id")) is int and one["id"] not in seen]
        if not new:
            return
        seen.update(one["id"] for one in new)
        yield from new
