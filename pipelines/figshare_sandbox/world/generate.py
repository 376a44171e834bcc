"""The synthetic articles: what a real repository's records look like, oddities included."""

from __future__ import annotations

import re
from datetime import date, datetime, time, timedelta
from random import Random
from typing import Any

from figshare_sandbox.world import texts
from figshare_sandbox.world.model import Item, Json, stamp
from figshare_sandbox.world.parts import PartsMaker
from figshare_sandbox.world.people import author_pool, pick_authors
from figshare_sandbox.world.vocabulary import (
    INSTITUTION_ID,
    INSTITUTION_NAME,
    ITEM_TYPES,
    OTHER_INSTITUTION_ID,
    OTHER_PORTAL,
    PORTAL,
    TOP_GROUP_ID,
)

#: Oddities that must be there in every world of 150 items, by the item's place among the institution's own.
FILE_COUNTS = {5: 0, 6: 9, 7: 10, 8: 11, 9: 45, 100: 1143}
AUTHOR_COUNTS = {22: 0, 25: 60, 45: 1}
TAG_COUNTS = {23: 0, 26: 67}
CATEGORY_COUNTS = {27: 29, 41: 0}
FUNDING_COUNTS = {28: 10}
VERSIONS = {15: 6, 46: 2, 47: 3}
_TYPES = (
    [3] * 55 + [1] * 9 + [9] * 8 + [8] * 6 + [6] * 6 + [2, 5, 7, 11, 12, 13, 14, 15, 16, 17, 18, 23, 24, 26, 27, 29]
)
_COUNTS = {  # count -> weight, after the distributions of real records
    "authors": ([1, 2, 3, 4, 6, 10], [55, 17, 10, 8, 7, 3]),
    "tags": ([0, 2, 4, 6, 8, 12, 17], [3, 15, 42, 20, 12, 6, 2]),
    "categories": ([1, 2, 3, 4, 6, 9], [55, 20, 10, 10, 4, 1]),
    "funding": ([0, 1, 2, 3], [70, 21, 6, 3]),
    "files": ([0, 1, 2, 3, 4, 7, 10, 15, 21, 30], [3, 62, 13, 6, 5, 5, 2, 2, 1, 1]),
}


class Maker:
    """Makes articles; the same seed, size and day always make the same ones."""

    def __init__(self, seed: int, items: int, today: date, groups: list[Json], categories: list[Json]) -> None:
        self.rng = Random(f"sandbox/{seed}/{items}/{today.isoformat()}")
        self.today = today
        listed_only = {"is_selectable", "has_children"}
        self.categories = [{k: v for k, v in c.items() if k not in listed_only} for c in categories]
        self.leaf_categories = [c for c in self.categories if c["path"].count("/") == 3]
        self.flat_categories = [c for c in self.categories if c["taxonomy_id"] == 10]
        # Every third group has no article; uppermost groups have a few.
        self.filled_groups: list[int] = [g["id"] for i, g in enumerate(groups) if i % 3 != 2] or [TOP_GROUP_ID]
        self.authors = author_pool(self.rng, max(6, items * 4 // 5))
        self.parts = PartsMaker(self.rng)
        self._article_id = 20_000_000 + self.rng.randrange(1000)

    def start_after(self, number: int) -> None:
        """Give articles ids beyond `number` from now on."""
        self._article_id = max(self._article_id, number)

    def world(self, items: int) -> list[Item]:
        """All articles of a new world: `items` public ones of the institution, and what is about them."""
        kinds = ["own"] * items + ["other"] * round(items * 0.09) + ["nobody"] * round(items * 0.06)
        if items:
            kinds += ["withdrawn"] * (1 + items * 3 // 200) + ["draft"] * (1 + items // 100)
        self.rng.shuffle(kinds)
        made = []
        slot = 0
        for kind, moment in zip(kinds, self._moments(len(kinds)), strict=True):
            own = kind == "own"
            made.append(self.article(moment, kind, slot if own else None))
            slot += own
        return made

    def _moments(self, count: int) -> list[datetime]:
        """When each article was made: more and more over the years, a few in the last weeks, the newest last."""
        start = min(date(2013, 1, 1), self.today - timedelta(days=1800))
        span = (self.today - start).days - 1
        noon = datetime.combine(start, time(0))
        recent = max(1, count // 40)
        seconds = [int(span * 86_400 * self.rng.random() ** 0.6) for _ in range(count - recent)]
        seconds += [int((span - 45 * self.rng.random()) * 86_400) for _ in range(recent if count else 0)]
        return [noon + timedelta(seconds=s) for s in sorted(seconds)]

    def _count(self, what: str, fixed: dict[int, int], slot: int | None) -> int:
        if slot in fixed:
            return fixed[slot]
        values, weights = _COUNTS[what]
        return self.rng.choices(values, weights)[0]

    def title(self, slot: int | None = None) -> str:
        """A title; odd ones at fixed places and then once in a while."""
        if slot is not None and slot % 3 == 2 and slot // 3 < len(texts.ODD_TITLES):
            return texts.ODD_TITLES[slot // 3]
        pick = self.rng.choice
        title = f"{pick(texts.KINDS)} on {pick(texts.TOPICS)} in {pick(texts.PLACES)}"
        chance = self.rng.random()
        if slot == 37 or chance < 0.01:
            while len(title) < 300:
                title += f", with {pick(texts.TOPICS)} from {pick(texts.METHODS)}"
        elif chance < 0.25:
            title += f": {pick(texts.TOPICS)} by {pick(texts.METHODS)}, {2000 + int(self.rng.random() * 26)}"
        elif chance < 0.3:
            title = title.replace(" in ", "\u00a0in ").replace("Dataset", "<b>Dataset</b>")
        return title

    def article(self, created: datetime, kind: str = "own", slot: int | None = None) -> Item:
        """Make one article.

        Args:
            created: When its owner made it; it is published then or somewhat later.
            kind: `own`, `other` (institution), `nobody` (no institution), `withdrawn` or `draft`.
            slot: Its place among the institution's own, which decides on fixed oddities.
        """
        rng = self.rng
        self._article_id += 1 + int(rng.random() * 40)
        number = self._article_id
        end = datetime.combine(self.today, time(11, 59, 59))
        count = VERSIONS[slot] if slot in VERSIONS else (1 if rng.random() < 0.88 else rng.choice([2, 2, 2, 3, 4, 6]))
        first = created if rng.random() < 0.7 else min(created + timedelta(days=60 * rng.random()), end)
        first = first.replace(microsecond=0)
        span = max((end - first).total_seconds(), 0)
        moments = [first, *sorted(first + timedelta(seconds=int(span * rng.random())) for _ in range(count - 1))]
        modified = moments[-1] if rng.random() < 0.5 else moments[-1] + (end - moments[-1]) * rng.random() ** 3
        institution = {"other": OTHER_INSTITUTION_ID, "nobody": 0}.get(kind, INSTITUTION_ID)
        detail = self._detail(number, kind, slot, created, modified, moments)
        item = Item(number, detail, "public", institution, first.toordinal(), account_id=4_000_000 + number % 40)
        item.downloadable = bool(detail.get("files"))
        if kind == "withdrawn":
            item.state = kind
        elif kind == "draft":
            item.state, item.born = kind, None
            detail |= {"published_date": None, "timeline": {}, "status": "draft", "is_public": False, "version": 0}
        else:
            item.versions = [self._earlier(detail, v, m, count) for v, m in enumerate(moments[:-1], start=1)]
        return item

    def _earlier(self, detail: Json, version: int, moment: datetime, count: int) -> Json:
        """A version before the newest: fewer files, its own DOI and date."""
        files = detail.get("files")
        doi = detail["doi"].removesuffix(f".v{count}")
        earlier = detail | {
            "version": version, "published_date": stamp(moment), "modified_date": stamp(moment),
            "doi": f"{doi}.v{version}" if doi else "", "timeline": detail["timeline"] | {"posted": stamp(moment)[:-1]},
        }  # fmt: skip
        if files:
            earlier["files"] = files[: max(1, len(files) * version // count)]
            earlier["size"] = sum(f["size"] for f in earlier["files"])
        return earlier

    def _group(self, kind: str, slot: int | None) -> int | None:
        if kind == "nobody" or slot in {18, 19} or self.rng.random() < 0.003:
            return None
        if kind == "other":
            return 41_000 + int(self.rng.random() * 4) * 3
        chosen: int = self.filled_groups[int(len(self.filled_groups) * self.rng.random() ** 1.3)]
        return chosen

    def _detail(
        self, number: int, kind: str, slot: int | None, created: datetime, modified: datetime, moments: list[datetime]
    ) -> Json:
        rng, parts = self.rng, self.parts
        title = self.title(slot)
        posted, first = moments[-1], moments[0]
        kind_id = rng.choice(_TYPES)
        type_name = ITEM_TYPES[kind_id]
        portal = {"other": OTHER_PORTAL + ".", "nobody": ""}.get(kind, PORTAL + ".")
        slug = re.sub(r"[^A-Za-z0-9]+", "_", title)[:120]
        page = f"https://{portal}figshare.example/articles/{type_name.replace(' ', '_')}/{slug}/{number}"
        doi = f"10.5072/{portal or 'figshare.'}{number}.v{len(moments)}"
        handle = ""
        if slot in {20, 21} or rng.random() < 0.004:
            handle = f"99999.1/{number}" if slot != 21 and rng.random() < 0.9 else ""
            doi = ""
        files = parts.files(self._count("files", FILE_COUNTS, slot), slot)
        metadata_only = slot == 14 or (not files and rng.random() < 0.5)
        if metadata_only:
            files = []
        authors = self._authors(slot)
        tags = parts.tags(self._count("tags", TAG_COUNTS, slot), slot)
        fundings = parts.funding_list(self._count("funding", FUNDING_COUNTS, slot))
        references = parts.references()
        resource = (f"10.5072/journal.{number % 977}", self.title()) if rng.random() < 0.25 else (None, None)
        names = "; ".join(a["full_name"] for a in authors[:6])
        detail: Json = {
            "files": files,
            "folder_structure": {str(f["id"]): "data/raw" for f in files[:2]} if rng.random() < 0.03 else {},
            "custom_fields": parts.custom_fields(slot) if kind != "nobody" else [],
            "authors": authors,
            "figshare_url": page,
            "download_disabled": False,
            "description": parts.description(slot),
            "funding": rng.choice(["", None]) if not fundings else fundings[0]["title"],
            "funding_list": fundings,
            "version": len(moments),
            "status": "public",
            "size": sum(f["size"] for f in files),
            "created_date": stamp(created.replace(microsecond=0)),
            "modified_date": stamp(modified.replace(microsecond=0)),
            "is_public": True,
            "is_confidential": slot == 39,
            "is_metadata_record": metadata_only,
            "confidential_reason": "Contains personal data" if slot == 39 else "",
            "metadata_reason": "Data are held by the national archive" if metadata_only else "",
            "license": parts.license(slot),
            "tags": tags,
            "keywords": tags,
            "categories": self._categories(slot),
            "references": references,
            "has_linked_file": any(f["is_link_only"] for f in files),
            "citation": f"{names} ({posted.year}). {title}. {INSTITUTION_NAME if kind != 'nobody' else 'figshare'}. "
            f"{type_name.capitalize()}. https://doi.org/{doi}",
            "related_materials": parts.related_materials(references),
            "is_embargoed": False,
            "embargo_date": None,
            "embargo_type": "file" if rng.random() < 0.6 else None,
            "embargo_title": "",
            "embargo_reason": "",
            "embargo_options": [],
            "id": number,
            "title": title,
            "doi": doi,
            "handle": handle,
            "url": f"https://api.figshare.example/v2/articles/{number}",
            "published_date": stamp(posted),
            "thumb": f"https://previews.figshare.example/{number}/thumb.png" if rng.random() < 0.3 else "",
            "defined_type": kind_id,
            "defined_type_name": type_name,
            "group_id": self._group(kind, slot),
            "url_private_api": f"https://api.figshare.example/v2/account/articles/{number}",
            "url_public_api": f"https://api.figshare.example/v2/articles/{number}",
            "url_private_html": f"https://figshare.example/account/articles/{number}",
            "url_public_html": page,
            "timeline": parts.timeline(posted, first, slot),
            "resource_title": resource[1],
            "resource_doi": resource[0],
        }
        self._embargo(detail, slot, posted)
        return detail

    def _authors(self, slot: int | None) -> list[Json]:
        if slot == 35:
            return self.authors[0:2]
        if slot == 36:
            return self.authors[2:4]
        if slot == 43:
            return self.authors[4:6]
        return pick_authors(self.rng, self.authors, self._count("authors", AUTHOR_COUNTS, slot))

    def _categories(self, slot: int | None) -> list[Json]:
        """Some categories, sometimes of both taxonomies; at one place two of the same title."""
        if slot == 32:
            flat = self.flat_categories[1]
            return [flat, next(c for c in self.categories if c["title"] == flat["title"] and c["taxonomy_id"] == 100)]
        count = self._count("categories", CATEGORY_COUNTS, slot)
        pool: list[dict[str, Any]] = self.leaf_categories if self.rng.random() < 0.75 else self.flat_categories
        return self.rng.sample(pool, min(count, len(pool)))

    def _embargo(self, detail: Json, slot: int | None, posted: datetime) -> None:
        """Embargoes that hold, that end within a month, and that ended long ago."""
        rng, chance = self.rng, self.rng.random()
        if slot in {11, 12} or chance < 0.012:
            ends = self.today + timedelta(
                days=5 if slot == 12 else int(rng.choice([12, 25, 200, 700]) * rng.uniform(0.5, 1))
            )
            detail |= {
                "is_embargoed": True, "embargo_date": f"{ends.isoformat()}T00:00:00", "embargo_type": "file",
                "embargo_title": "File(s) under embargo", "embargo_reason": "Publication pending",
            }  # fmt: skip
            if slot == 11 or (slot != 12 and rng.random() < 0.5):
                detail.pop("files")
            else:
                detail["files"] = []
        elif slot == 13 or chance < 0.03:
            ended = min(posted.date() + timedelta(days=180), self.today - timedelta(days=1))
            detail |= {"embargo_date": f"{ended.isoformat()}T00:00:00", "embargo_type": "file"}
