"""What happens to collections and projects."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, Literal

from figshare_sandbox.world.catalogue import Shelf
from figshare_sandbox.world.vocabulary import INSTITUTION_ID, PORTAL, TOP_GROUP_ID

if TYPE_CHECKING:
    from figshare_sandbox.world.model import Json
    from figshare_sandbox.world.world import World

Kind = Literal["collection", "project"]


class Shelves:
    """Changes a world's collections and projects. All methods may be called from any thread.

    Args:
        world: The world.
    """

    def __init__(self, world: World) -> None:
        self._world = world

    def of(self, kind: Kind) -> dict[int, Shelf]:
        """All of a kind by id, withdrawn ones included."""
        return self._world.collections if kind == "collection" else self._world.projects

    def public_ids(self, kind: Kind) -> list[int]:
        """Ids of the institution's that are public."""
        with self._world.lock:
            found = self.of(kind).values()
            return sorted(s.id for s in found if s.state == "public" and s.institution == self._world.institution_id)

    def public_members(self, kind: Kind, number: int) -> list[int]:
        """Ids of its articles that are public, in order."""
        with self._world.lock:
            items = self._world.items
            return [n for n in self.of(kind)[number].articles if n in items and items[n].state == "public"]

    def publish(self, kind: Kind, articles: Iterable[int] = (), group_id: int | None = TOP_GROUP_ID) -> int:
        """Publishes a new one with these articles; returns its id."""
        with self._world.change() as now:
            shelves = self.of(kind)
            number = max(shelves, default=6_000_000 if kind == "collection" else 160_000) + 7
            title = f"{kind.capitalize()} {number}"
            dates: Json = {"created_date": now, "modified_date": now, "published_date": now}
            common: Json = {
                "id": number, "title": title, "url": f"https://api.figshare.example/v2/{kind}s/{number}",
                "description": "", "custom_fields": [],
            }  # fmt: skip
            if kind == "collection":
                detail = common | dates | {
                    "doi": f"10.5072/c.{number}.v1", "handle": "", "timeline": {"posted": now[:-1]}, "funding": [],
                    "resource_id": "", "resource_doi": "", "resource_title": "", "resource_link": "",
                    "resource_version": 0, "version": 1, "categories": [], "references": [], "related_materials": [],
                    "tags": [], "keywords": [], "authors": [], "institution_id": INSTITUTION_ID,
                    "group_id": group_id or 0, "articles_count": 0, "public": True, "citation": title,
                }  # fmt: skip
            else:
                detail = common | dates | {
                    "funding": "", "funding_list": [], "collaborators": [],
                    "figshare_url": f"https://{PORTAL}.figshare.example/projects/{number}",
                }  # fmt: skip
            shelves[number] = Shelf(number, detail, [], INSTITUTION_ID, group_id)
            self._fill(kind, shelves[number], articles)
            return number

    def edit(self, kind: Kind, number: int, **fields: Any) -> int:
        """Changes fields of the record; its modified date moves on."""
        with self._world.change() as now:
            shelf = self.of(kind)[number]
            shelf.detail = shelf.detail | fields | {"modified_date": now}
        return number

    def set_articles(self, kind: Kind, number: int, articles: Iterable[int], is_silent: bool = False) -> int:
        """Gives it other articles; `is_silent` leaves its modified date as it was."""
        with self._world.change() as now:
            shelf = self.of(kind)[number]
            self._fill(kind, shelf, articles)
            if not is_silent:
                shelf.detail = shelf.detail | {"modified_date": now}
        return number

    def new_version(self, number: int, **fields: Any) -> int:
        """Publishes a new version of a collection; the day of its first publication stays."""
        with self._world.change() as now:
            shelf = self.of("collection")[number]
            shelf.versions += 1
            doi = shelf.detail["doi"]
            made: Json = {"version": shelf.versions, "modified_date": now, "timeline": {"posted": now[:-1]}}
            if doi:
                made["doi"] = f"{doi.rpartition('.v')[0]}.v{shelf.versions}"
            shelf.detail = shelf.detail | made | fields
        return number

    def withdraw(self, kind: Kind, number: int) -> int:
        """Takes it back: gone from the listing, 404 for its record; its usage still answers."""
        with self._world.change():
            self.of(kind)[number].state = "withdrawn"
        return number

    def republish(self, kind: Kind, number: int) -> int:
        """Publishes a withdrawn one again."""
        with self._world.change() as now:
            shelf = self.of(kind)[number]
            shelf.state = "public"
            shelf.detail = shelf.detail | {"modified_date": now}
        return number

    def _fill(self, kind: Kind, shelf: Shelf, articles: Iterable[int]) -> None:
        shelf.articles = list(dict.fromkeys(articles))
        if kind != "project":
            return
        for item in self._world.items.values():
            if item.project_id == shelf.id:
                item.project_id = None
        for other in self._world.projects.values():
            # An article lies in one project at most.
            if other is not shelf:
                other.articles = [n for n in other.articles if n not in shelf.articles]
        for number in shelf.articles:
            self._world.items[number].project_id = shelf.id
