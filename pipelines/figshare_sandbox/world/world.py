"""The world the sandbox serves: articles and what is about them, and everything that can happen to them."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from random import Random
from typing import Any

import orjson

from figshare_sandbox.world import catalogue, vocabulary
from figshare_sandbox.world.administration import Administration
from figshare_sandbox.world.catalogue import Shelf
from figshare_sandbox.world.figures import Figures, periods
from figshare_sandbox.world.generate import Maker
from figshare_sandbox.world.model import Item, Json, canonical, stamp
from figshare_sandbox.world.records import categories_of, groups_of, items_from, read_records
from figshare_sandbox.world.registry import Registry
from figshare_sandbox.world.shelves import Shelves
from figshare_sandbox.world.usage import COUNTERS, Usage

_EPOCH = date(2008, 1, 1)
AFTER_SWITCH = ("flat", "fields", "empty", "not_found", "forbidden")
"""What version 2 may do for an institution on version 3, which is not documented: answer as before; answer with
`fields` and without what is in them on top; list nothing; find nothing; refuse everything."""


class World:
    """An institution's repository, with its usage and its clock.

    The same `items`, `seed` and `today` always make the same world. All methods may be called from any thread.

    Args:
        items: How many public articles the institution has; other institutions' come on top.
        seed: What the world is drawn from.
        today: The day up to which usage exists; the current day (UTC) unless given.
        records: An ndjson(.gz) file of article details to serve instead of synthetic ones.

    Attributes:
        listing_has_dates: Light records carry `created_date` and `modified_date` (2026), or not (2020-2024).
        detail_file_limit: How many files a detail shows (2026: 10; None: all, as in 2023).
        cursor_supported: Whether listings give and take `X-Cursor`.
        conditional_requests: Whether details carry `ETag` and `Last-Modified` and answer 304.
        hidden_from_listings: Ids of public articles that listings and searches page over but do not show: their pages
            are short though more follow.
        max_page_size: How many entities a page has at most, silently cut when more are requested; None: 1,000.
        search_repeats: Whether searches give some items twice over their pages.
        documented_maximums: Whether `page` and `offset` beyond 5,000 are refused, as the OpenAPI description has it.
        count_includes_subgroups: Whether `/count/articles` counts the articles of subgroups.
        group_usage_factor: What a group's usage is, relative to the sum of its articles'.
        top_max_count: The largest `count` that `top` gives, or None.
        top_ignores_dates: Whether `top` without a `sub_item` gives all-time totals, whatever the dates.
        timeline_years: How many years a timeline by month answers, as documented for breakdowns; None for any number.
        switched: Institutions on version 3 of the API, with what version 2 does for each then (`AFTER_SWITCH`).
        items_cursor_supported: Whether version 3 gives and takes `X-Cursor`; the description of July 2026 has none.
        custom_fields_removed: Whether `/account/institution/custom_fields` is gone, as announced for 2027.
        top_lists_are_bare: Whether public top lists come without `top` around them, as documented.
        shelves: Changes its collections and projects.
        administration: What only accounts see: drafts, reviews, accounts, roles, rights.
        registry: The DOIs at DataCite, and who cites them.
    """

    def __init__(
        self, items: int = 300, seed: int = 1, today: date | None = None, records: str | Path | None = None
    ) -> None:
        self.lock = threading.RLock()
        self.today = today or datetime.now(UTC).date()
        self.institution_id = vocabulary.INSTITUTION_ID
        self.institution_name = vocabulary.INSTITUTION_NAME
        self.portal = vocabulary.PORTAL
        self.top_group_id = vocabulary.TOP_GROUP_ID
        self.from_records = records is not None
        self.listing_has_dates = True
        self.detail_file_limit: int | None = 10
        self.cursor_supported = True
        self.conditional_requests = False
        self.hidden_from_listings: set[int] = set()
        self.max_page_size: int | None = None
        self.search_repeats = False
        self.documented_maximums = False
        self.count_includes_subgroups = False
        self.group_usage_factor = 1.0
        self.top_max_count: int | None = None
        self.top_ignores_dates = False
        self.timeline_years: int | None = 2
        self.top_lists_are_bare = False
        self.switched: dict[int, str] = {}
        self.items_cursor_supported = True
        self.custom_fields_removed = False
        self.revision = 0
        self._now = datetime.combine(self.today, time(12))
        self.groups = vocabulary.groups()
        self.categories = vocabulary.categories()
        self.licenses = [dict(license_) for license_ in vocabulary.LICENSES]
        self.item_types = vocabulary.item_types()
        self.custom_fields = catalogue.short_custom_fields()
        self._maker = Maker(seed, items, self.today, self.groups, self.categories)
        if records is None:
            made = self._maker.world(items)
        else:
            made = items_from(read_records(records), self.today)
            self.groups, self.categories = groups_of(made), categories_of(made)
            self._maker.start_after(max((item.id for item in made), default=0))
        self.items = {item.id: item for item in made}
        rng = Random(f"catalogue/{seed}")
        shown = [] if self.from_records else [i for i in made if i.state != "draft"]
        self.collections = {shelf.id: shelf for shelf in catalogue.collections(rng, shown)}
        self.projects = {shelf.id: shelf for shelf in catalogue.projects(rng, shown)}
        self.accounts = catalogue.accounts(rng, 40)
        self.reviews = [] if self.from_records else catalogue.reviews(rng, made)
        self.administration = Administration(self, seed, self.change, self._put, self._maker)
        self.usage = Usage(seed, self.today)
        self.figures = Figures(self)
        self.registry = Registry(self, seed)
        self.shelves = Shelves(self)

    # What happens

    @contextmanager
    def change(self) -> Iterator[str]:
        """Hold the lock, move the clock on by a second, and give the new time."""
        with self.lock:
            self._now += timedelta(seconds=1)
            self.revision += 1
            yield stamp(self._now)

    def _put(self, item: Item, fields: Json, now: str | None) -> None:
        # Details share their parts with others, so they are replaced and never written into.
        if "files" in fields and "size" not in fields and "size" in item.detail:
            fields["size"] = sum(f["size"] for f in fields["files"] or ())
        if "tags" in fields and "keywords" in item.detail:
            fields.setdefault("keywords", fields["tags"])
        if now:
            item.touched = now
            # Records without this field stay without it: what a record did not say is not invented.
            if "modified_date" in item.detail or not self.from_records:
                fields.setdefault("modified_date", now)
        item.detail = item.detail | fields

    def publish(self, n: int = 1) -> list[int]:
        """Publish `n` new articles; returns their ids."""
        made = []
        for _ in range(n):
            with self.change() as now:
                item = self._maker.article(self._now, "own")
                item.versions, item.born = [], self.today.toordinal()
                item.detail |= {
                    "version": 1, "created_date": now, "published_date": now, "modified_date": now,
                    "timeline": {"posted": now[:-1], "firstOnline": now[:-1]},
                }  # fmt: skip
                if item.detail["doi"]:
                    item.detail["doi"] = item.detail["doi"].rpartition(".v")[0] + ".v1"
                self.items[item.id] = item
                made.append(item.id)
        return made

    def edit(self, article_id: int, **fields: Any) -> int:
        """Change any fields of the detail (`title`, `authors`, `tags`, `files` …); its modified date moves on."""
        with self.change() as now:
            self._put(self.items[article_id], fields, now)
        return article_id

    def edit_silently(self, article_id: int, **fields: Any) -> int:
        """Change fields without a new modified date, as changes behind Figshare's back do."""
        with self.change():
            self._put(self.items[article_id], fields, None)
        return article_id

    def drop_fields(self, article_id: int, *names: str) -> int:
        """Take fields out of the detail altogether, without a new modified date."""
        with self.change():
            item = self.items[article_id]
            item.detail = {k: v for k, v in item.detail.items() if k not in names}
        return article_id

    def set_authors(self, article_id: int, authors: list[Json]) -> int:
        """Give an article other authors, or none."""
        return self.edit(article_id, authors=authors)

    def move_group(self, article_id: int, group_id: int | None) -> int:
        """Move an article to another group."""
        return self.edit(article_id, group_id=group_id)

    def new_version(self, article_id: int, add_files: int = 0) -> int:
        """Publish a new version, with so many more files."""
        with self.change() as now:
            item = self.items[article_id]
            old = item.detail
            version = (old.get("version") or 1) + 1
            doi = old.get("doi") or ""
            fields: Json = {"published_date": now, "timeline": (old.get("timeline") or {}) | {"posted": now[:-1]}}
            if "version" in old:
                fields["version"] = version
            if doi:
                fields["doi"] = f"{doi.rpartition('.v')[0] or doi}.v{version}"
            if add_files:
                fields["files"] = [*(old.get("files") or ()), *self._maker.parts.files(add_files)]
            item.versions = [*item.versions, old]
            self._put(item, fields, now)
        return article_id

    def withdraw(self, article_id: int) -> int:
        """Take a public article back: gone from listings, 404 for its detail; its usage still answers."""
        with self.change() as now:
            self.items[article_id].state = "withdrawn"
            self._put(self.items[article_id], {}, now)
        return article_id

    def republish(self, article_id: int) -> int:
        """Publish a withdrawn article or a draft; `firstOnline` stays, `posted` and the dates are new."""
        with self.change() as now:
            item = self.items[article_id]
            timeline = {"firstOnline": now[:-1]} | (item.detail.get("timeline") or {}) | {"posted": now[:-1]}
            fields: Json = {"published_date": now, "timeline": timeline}
            if item.state == "draft":
                fields |= {"status": "public", "is_public": True, "version": 1}
                item.born = self.today.toordinal()
            item.state = "public"
            self._put(item, fields, now)
        return article_id

    def add_usage(self, article_id: int, counter: str, day: date, country: str, city: str, n: int) -> int:
        """Add `n` events of `counter` (`views`, `downloads`, `shares`) on a day in a city."""
        if counter not in COUNTERS:
            raise ValueError(f"no counter {counter!r}")
        with self.lock:
            self.revision += 1
            self.usage.add(article_id, counter, day.toordinal(), country, city, n)
        return article_id

    def switch(self, institution: int | None = None, after: str = "empty") -> None:
        """Switch an institution to version 3 of the API; nothing else of it changes.

        Args:
            institution: Its id; the sandbox's own unless given.
            after: What version 2 does for it from now on, one of `AFTER_SWITCH`.
        """
        if after not in AFTER_SWITCH:
            raise ValueError(f"version 2 can be {', '.join(AFTER_SWITCH)} after a switch, not {after!r}")
        with self.lock:
            self.revision += 1
            self.switched[self.institution_id if institution is None else institution] = after

    def set_today(self, today: date) -> None:
        """Move the clock to noon of a day, or not at all where it is later already; usage ends then."""
        with self.lock:
            self.revision += 1
            self.today = today
            self._now = max(self._now, datetime.combine(today, time(12)))

    # What is true

    def is_on_v2(self, institution: int) -> bool:
        """Whether version 2 of the API still shows an institution's articles."""
        return self.switched.get(institution, "flat") in ("flat", "fields")

    def public_ids(self, everywhere: bool = False) -> list[int]:
        """Ids of the institution's public articles, or those of the whole world."""
        with self.lock:
            return sorted(
                i.id
                for i in self.items.values()
                if i.state == "public" and (everywhere or i.institution == self.institution_id)
            )

    def detail(self, article_id: int) -> Json:
        """An article's full detail with all its files, as a copy of one's own."""
        with self.lock:
            copied: Json = orjson.loads(orjson.dumps(self.items[article_id].detail))
            return copied

    def modified(self, item: Item | Shelf) -> str | None:
        """When an article, collection or project was last changed, by which `modified_since` filters, shown or not."""
        return item.touched or canonical(item.detail.get("modified_date") or item.detail.get("published_date"))

    def expected_counts(self) -> dict[str, int]:
        """How many rows a faithful copy of the institution's public articles, and of the lists about them, has."""
        lists = {
            "authors": "authors", "article_categories": "categories", "tags": "tags", "files": "files",
            "funding": "funding_list", "references": "references", "related_materials": "related_materials",
            "custom_fields": "custom_fields",
        }  # fmt: skip
        with self.lock:
            details = [self.items[n].detail for n in self.public_ids()]
            counted = {"articles": len(details)}
            counted |= {name: sum(len(d.get(key) or ()) for d in details) for name, key in lists.items()}
            return counted | {
                "groups": len(self.groups),
                "categories": len(self.categories),
                "licenses": len(self.licenses),
                "item_types": len(self.item_types),
            }

    @property
    def now(self) -> datetime:
        """The time of its clock."""
        return self._now

    def usage_total(self, counter: str, item: str, number: int) -> int:
        """All events of an article, author, group, collection or project up to today."""
        with self.lock:
            return self.figures.total(counter, item, number)

    def _usage(
        self, counter: str, item: str, number: int, granularity: str, start: date | None, end: date | None
    ) -> dict[str, int]:
        with self.lock:
            spans = periods((start or _EPOCH).toordinal(), (end or self.today).toordinal(), granularity)
            return self.figures.series(counter, self.figures.items(item, number), spans, item)

    def usage_by_day(
        self, counter: str, item: str, number: int, start: date | None = None, end: date | None = None
    ) -> dict[str, int]:
        """Events by day (`2026-06-30`); days without any are not there."""
        return self._usage(counter, item, number, "day", start, end)

    def usage_by_month(
        self, counter: str, item: str, number: int, start: date | None = None, end: date | None = None
    ) -> dict[str, int]:
        """Events by month (`2026-06`); months without any are not there."""
        return self._usage(counter, item, number, "month", start, end)

    def usage_by_month_country(self, counter: str, item: str, number: int) -> dict[str, dict[str, dict[str, int]]]:
        """Events by month, country and city, all cities, with a `total` per country."""
        with self.lock:
            spans = periods(_EPOCH.toordinal(), self.today.toordinal(), "month")
            found = self.figures.places(counter, self.figures.items(item, number), spans, item)
        made: dict[str, dict[str, dict[str, int]]] = {}
        for month, places in found.items():
            for (country, city), n in places.items():
                cities = made.setdefault(month, {}).setdefault(country, {"total": 0})
                cities["total"] += n
                cities[city] = cities.get(city, 0) + n
        return made
