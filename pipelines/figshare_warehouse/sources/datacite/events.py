"""Reading who cites DOIs: DataCite's events by which its own count of citations is made.

Facts about the API: DataCite's own source code (datacite/lupo, August 2026). `doi` takes several DOIs, and
`target-relation-type-id=citations` leaves only events by which one is cited. Several can exist for one pair.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from figshare_warehouse.sources.datacite.client import DataciteClient
from figshare_warehouse.sources.datacite.dois import pages
from figshare_warehouse.sources.http.errors import unusable

FROM_CITED = frozenset({"is-cited-by", "is-referenced-by", "is-supplement-to"})
"""Relations whose subject is the cited DOI."""

FROM_CITING = frozenset({"cites", "references", "is-supplemented-by"})
"""Relations whose object is."""


@dataclass(frozen=True, slots=True)
class Cited:
    """One work that cites a DOI, by one relation and from one source.

    Attributes:
        cited_doi: the DOI, in lower case.
        citing_doi: the DOI of the work, in lower case.
        relation: how they are related.
        source: where DataCite has it from; empty where it does not say.
        occurred_at: when, as DataCite says (UTC, naive); the earliest of several; None when not said.
    """

    cited_doi: str
    citing_doi: str
    relation: str
    source: str
    occurred_at: datetime | None


def read_citations(client: DataciteClient, dois: Sequence[str]) -> list[Cited]:
    """Returns who cites some DOIs, at most so many as `in_requests` puts together.

    Raises:
        RequestError: they cannot be read to their end.
    """
    asked = set(dois)
    params = {"doi": ",".join(dois), "target-relation-type-id": "citations"}
    found: dict[tuple[str, str, str, str], Cited] = {}
    seen: set[Any] = set()
    total = 0
    for data, of_all, _ in pages(client, "citations", "/events", params):
        total = of_all
        for event in data:
            seen.add(event.get("id") if isinstance(event, dict) else None)
            one = _cited(event)
            if one is None or one.cited_doi not in asked:
                continue
            key = (one.cited_doi, one.citing_doi, one.relation, one.source)
            known = found.get(key)
            if known is None or (one.occurred_at is not None and one.occurred_at < (known.occurred_at or datetime.max)):
                found[key] = one
    if len(seen) < total:
        raise unusable(client.urls["datacite"], "/events", f"answered with {len(seen):,} of {total:,} events")
    return list(found.values())


def _cited(event: Any) -> Cited | None:
    attributes = event.get("attributes") if isinstance(event, dict) else None
    if not isinstance(attributes, Mapping):
        return None
    relation = attributes.get("relation-type-id")
    subject, object_ = doi_in(attributes.get("subj-id")), doi_in(attributes.get("obj-id"))
    if not isinstance(relation, str) or subject is None or object_ is None:
        return None
    if relation in FROM_CITED:
        cited, citing = subject, object_
    elif relation in FROM_CITING:
        cited, citing = object_, subject
    else:
        return None
    source = attributes.get("source-id")
    at = _moment(attributes.get("occurred-at"))
    return Cited(cited, citing, relation, source if isinstance(source, str) else "", at)


def doi_in(text: Any) -> str | None:
    """Returns the DOI of an address such as `https://doi.org/10.5072/1`, in lower case; None for anything else."""
    if not isinstance(text, str):
        return None
    doi = text.strip().lower().rpartition("doi.org/")[2]
    return doi if doi.startswith("10.") and "/" in doi else None


def _moment(text: Any) -> datetime | None:
    try:
        moment = datetime.fromisoformat(text)
    except (TypeError, ValueError):
        return None
    offset = moment.utcoffset()
    try:
        return moment.replace(tzinfo=None) - offset if offset else moment.replace(tzinfo=None)
    except OverflowError:
        return None
