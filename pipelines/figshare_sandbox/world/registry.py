"""The DOIs of a world at DataCite: registered with each version, and cited by works elsewhere."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from random import Random
from typing import TYPE_CHECKING

from figshare_sandbox.world.model import Json, parse_stamp
from figshare_sandbox.world.vocabulary import INSTITUTION_ID, OTHER_INSTITUTION_ID, PORTAL

if TYPE_CHECKING:
    from figshare_sandbox.world.world import World

CLIENTS = {INSTITUTION_ID: "sb.northfield", OTHER_INSTITUTION_ID: "sb.southmoor", 0: "figshare.ars"}
"""The DataCite account by which each institution's DOIs are registered; Figshare's own for those of none."""

FROM_CITED = ("is-referenced-by", "is-cited-by", "is-supplement-to")
"""Relations that name the cited DOI first; `cites`, `references` and `is-supplemented-by` name it last."""

_EARLIEST = datetime(2020, 1, 1)

CITED_RATIO = 0.12
"""How many of the DOIs are cited from the beginning."""


@dataclass(frozen=True, slots=True)
class Registered:
    """A DOI as DataCite has it.

    Attributes:
        doi: The DOI, in lower case.
        client: The account that registered it.
        url: Where it leads.
        title: The title in its metadata.
        created: When it was created (UTC).
        state: `findable`, `registered` (withdrawn: known to the handle service only).
        updated: When it last moved (UTC).
        identical_to: The bare DOI, of that of a version.
        views: Views in usage reports that DataCite was sent.
    """

    doi: str
    client: str
    url: str
    title: str
    created: datetime
    state: str
    updated: datetime
    identical_to: str | None = None
    views: int = 0


@dataclass(frozen=True, slots=True)
class Citation:
    """One event: a work that cites a DOI.

    Attributes:
        cited: The cited DOI, in lower case.
        citing: The citing DOI, in lower case.
        relation: How they are related.
        source: Where DataCite has it from.
        at: When it happened (UTC).
    """

    cited: str
    citing: str
    relation: str
    source: str
    at: datetime


class Registry:
    """What DataCite has of a world's DOIs. All methods may be called from any thread.

    Args:
        world: The world.
        seed: What the citations are drawn from.

    Attributes:
        is_cited: Whether works are drawn that cite DOIs that are registered later.
    """

    def __init__(self, world: World, seed: int) -> None:
        self._world = world
        self._seed = seed
        self._revision = -1
        self._records: dict[str, Registered] = {}
        self._extra: dict[str, Registered] = {}
        self._changed: dict[str, Json] = {}
        self._never: set[str] = set()
        self._citations: dict[str, list[Citation]] = {}
        self.is_cited = True

    # What happens

    def cite(self, doi: str, citing: str, relation: str = "is-referenced-by", source: str = "crossref") -> None:
        """Lets a work cite a DOI."""
        with self._world.change():
            self._sync()
            event = Citation(doi.lower(), citing.lower(), relation, source, self._world.now)
            self._citations.setdefault(event.cited, []).append(event)
            self._touch(event.cited)

    def uncite(self, doi: str, citing: str) -> None:
        """Takes back all events by which a work cites a DOI."""
        with self._world.change():
            self._sync()
            doi = doi.lower()
            self._citations[doi] = [one for one in self._citations.get(doi, ()) if one.citing != citing.lower()]
            self._touch(doi)

    def change(self, doi: str, **fields: str) -> None:
        """Changes `url`, `state` or other fields of a registered DOI, whatever Figshare says of its article."""
        with self._world.change():
            self._changed[doi.lower()] = self._changed.get(doi.lower(), {}) | fields

    def never_registered(self, doi: str) -> None:
        """Lets a DOI be one that Figshare shows and never registered."""
        with self._world.change():
            self._never.add(doi.lower())

    def register(self, doi: str, url: str, client: str = "sb.elsewhere") -> None:
        """Registers a DOI of something else below the same prefix."""
        with self._world.change():
            now = self._world.now
            self._extra[doi.lower()] = Registered(doi.lower(), client, url, "Something else", now, "findable", now)

    # What is true

    def records(self) -> dict[str, Registered]:
        """All DOIs that were ever registered, by DOI."""
        with self._world.lock:
            self._sync()
            return self._records

    def findable(self) -> list[Registered]:
        """The DOIs that anyone may see, in the order of their creation."""
        found = [one for one in self.records().values() if one.state == "findable"]
        return sorted(found, key=lambda one: (one.created, one.doi))

    def citations(self, doi: str) -> list[Citation]:
        """The events by which a DOI is cited, oldest first."""
        with self._world.lock:
            self._sync()
            return sorted(self._citations.get(doi.lower(), ()), key=lambda one: (one.at, one.citing))

    def citing(self, doi: str) -> set[str]:
        """The different DOIs that cite a DOI."""
        return {one.citing for one in self.citations(doi)}

    def _touch(self, doi: str) -> None:
        if doi in self._records:
            self._records[doi] = replace(self._records[doi], updated=self._world.now)

    def _sync(self) -> None:
        """Registers what Figshare published since, and withdraws what it withdrew."""
        if self._revision == self._world.revision:
            return
        is_first = self._revision == -1
        self._revision = self._world.revision
        records: dict[str, Registered] = {}
        for wanted in (*self._wanted(), *self._extra.values()):
            changed = self._changed.get(wanted.doi)
            one = replace(wanted, **changed) if changed else wanted
            known = self._records.get(one.doi)
            if known is None:
                one = one if is_first else replace(one, created=self._world.now, updated=self._world.now)
                self._draw(one)
            else:
                moved = (known.url, known.title, known.state) != (one.url, one.title, one.state)
                one = replace(one, created=known.created, updated=self._world.now if moved else known.updated)
            records[one.doi] = one
        self._records = records

    def _wanted(self) -> Iterator[Registered]:
        """The DOIs as Figshare registers them: the bare one and one for each version, of articles and collections."""
        for item in self._world.items.values():
            if item.state not in ("public", "withdrawn"):
                continue
            yield from self._of([*item.versions, item.detail], item.institution, item.state)
        for shelf in self._world.collections.values():
            page = f"https://{PORTAL}.figshare.example/collections/_/{shelf.id}"
            detail = shelf.detail | {"url_public_html": page}
            yield from self._of([detail], shelf.institution, shelf.state)

    def _of(self, versions: list[Json], institution: int, figshare_state: str) -> Iterator[Registered]:
        client = CLIENTS.get(institution, "sb.other")
        state = "findable" if figshare_state == "public" else "registered"
        begun = min((_published(one) for one in versions), default=_EARLIEST)
        for detail in versions:
            doi = (detail.get("doi") or "").lower()
            page = detail.get("url_public_html") or detail.get("figshare_url") or ""
            title, created = str(detail.get("title")), _published(detail)
            if state == "registered":
                page = "https://figshare.example/articles/tombstone"
            bare, dot, version = doi.rpartition(".v")
            is_versioned = bool(dot) and version.isdecimal()
            # The record of the bare one is that of the latest version.
            if is_versioned and detail is versions[-1] and bare not in self._never:
                yield Registered(bare, client, page, title, begun, state, begun)
            if doi and doi not in self._never:
                at = f"{page}/{version}" if is_versioned and state == "findable" else page
                yield Registered(doi, client, at, title, created, state, created, bare if is_versioned else None)

    def _draw(self, record: Registered) -> None:
        """Draws the works that cite a DOI: few, one of them in two ways, and one that cites two versions."""
        rng = Random(f"datacite/{self._seed}/{record.doi}")
        if not self.is_cited or record.doi in self._citations or rng.random() >= CITED_RATIO:
            return
        days = max((self._world.today - record.created.date()).days, 1)
        made = []
        for _ in range(1 + int(rng.random() ** 3 * 12)):
            at = min(record.created + timedelta(days=rng.random() * days), self._world.now)
            number = int(rng.random() * 10_000)
            relation = rng.choice([*FROM_CITED, "cites", "references"])
            source = rng.choice(["datacite-crossref", "datacite-crossref", "datacite-related", "crossref"])
            citing = f"10.5555/journal.{number}"
            made.append(Citation(record.doi, citing, relation, source, at.replace(microsecond=0)))
        if rng.random() < 0.4 and made[0].relation != "is-cited-by":
            made.append(replace(made[0], relation="is-cited-by"))
        self._citations[record.doi] = list(dict.fromkeys(made))
        if record.identical_to is not None and rng.random() < 0.5:
            cited = self._citations.setdefault(record.identical_to, [])
            cited.append(replace(made[0], cited=record.identical_to))


def _published(detail: Json) -> datetime:
    return parse_stamp(detail.get("published_date")) or _EARLIEST
