"""A small world, and what can happen to it and between it and a refresh."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random
from typing import Any

from figshare_sandbox import Fault, Sandbox
from figshare_sandbox.world.world import World

START = date(2011, 6, 30)
"""Early, so that a few answers hold all usage there ever was: Figshare's begins in 2008."""

ITEMS = 12
GROUPS = 5
COUNTERS = ("views", "downloads", "shares")
CITIES = (("Germany", "Berlin"), ("Kenya", "Nairobi"), ("Unknown", "Unknown"))

PASSING: tuple[dict[str, Any], ...] = (
    {"kind": "status", "status": 429, "retry_after": 0, "times": 2},
    {"kind": "status", "status": 503, "times": 2},
    {"kind": "html", "status": 200, "times": 2},
    {"kind": "reset", "times": 2},
    {"kind": "half_body", "times": 2},
    {"kind": "bad_json", "times": 2},
    {"kind": "unknown_field", "name": "impact", "value": 3, "times": 2},
    {"kind": "reset", "path": "/stats/", "times": 2},
)
LASTING: tuple[dict[str, Any], ...] = (
    {"kind": "status", "status": 500, "path": r"/v2/articles/\d*[37]$"},
    {"kind": "status", "status": 500, "path": r"/v2/articles$"},
    {"kind": "status", "status": 404, "path": r"/v2/articles/\d*[24]$"},
    {"kind": "half_body", "path": r"/v2/articles/\d+/(files|versions)$"},
    {"kind": "bad_json", "path": "/v2/account/institution"},
    {"kind": "status", "status": 500, "path": r"/stats/.*timeline.*[13579]$"},
    {"kind": "status", "status": 404, "path": r"/stats/.*timeline.*[02468]$"},
    {"kind": "status", "status": 403, "path": r"/stats/.*timeline.*article/\d*[5]$"},
    {"kind": "status", "status": 500, "path": r"/stats/.*breakdown"},
    {"kind": "status", "status": 500, "path": r"/stats/.*top"},
    {"kind": "status", "status": 403, "path": r"/stats/.*top"},
    {"kind": "half_body", "path": "/stats/", "probability": 0.3},
    {"kind": "status", "status": 503, "path": "/stats/"},
)

KINDS = (
    *("publish", "withdraw", "republish", "version", "authors", "move", "edit", "silent", "silent"),
    *("group_name", "group_parent", "usage", "usage", "old_usage", "passing", "lasting"),
)


@dataclass(frozen=True)
class Moved:
    """Groups whose past usage Figshare would now tell otherwise.

    Attributes:
        groups: articles came in or left, or went from one group below to another.
        recategorized: article and group, where an article of it was given other categories.
    """

    groups: frozenset[int] = frozenset()
    recategorized: frozenset[tuple[int, int]] = frozenset()

    def __or__(self, other: Moved) -> Moved:
        return Moved(self.groups | other.groups, self.recategorized | other.recategorized)

    def unseen(self, public: Sequence[int]) -> frozenset[int]:
        """The groups whose usage by category a warehouse cannot know to be another: that of what is public it can."""
        return self.groups | {group for article, group in self.recategorized if article not in public}


Held = dict[int, tuple[frozenset[int], frozenset[int]]]


def held(world: World) -> Held:
    """Article → the groups that its usage counts for, withdrawn or not, and its categories."""
    parents = {group["id"]: group["parent_id"] for group in world.groups}
    found: Held = {}
    for item in world.items.values():
        groups, group = set(), item.detail.get("group_id")
        while group:
            groups.add(group)
            group = parents.get(group)
        found[item.id] = frozenset(groups), frozenset(c["id"] for c in item.detail.get("categories") or ())
    return found


def moved(before: Held, after: Held) -> Moved:
    """Which groups are concerned by what happened; what is new reads the same in both warehouses."""
    found = Moved()
    for article, (groups, categories) in before.items():
        groups_now, categories_now = after[article]
        recategorized = frozenset() if categories == categories_now else groups | groups_now
        found |= Moved(groups ^ groups_now, frozenset((article, group) for group in recategorized))
    return found


def make_world(seed: int) -> World:
    """A dozen articles in five groups on three levels."""
    world = World(ITEMS, seed, START)
    # The institution, a faculty with two schools, and another faculty.
    kept = [*world.groups[:4], next(g for g in world.groups[4:] if g["parent_id"] == world.groups[0]["id"])]
    world.groups[:] = kept
    numbers = [group["id"] for group in kept]
    world._maker.filled_groups = numbers
    for item in world.items.values():
        if item.institution == world.institution_id and item.detail.get("group_id") is not None:
            item.detail = item.detail | {"group_id": numbers[item.id % len(numbers)]}
    return world


def happen(figshare: Sandbox, kind: str, which: int, how: int) -> None:
    """Lets something happen.

    Args:
        figshare: where.
        kind: one of KINDS.
        which: to which article, group or fault, counted round.
        how: how, likewise.
    """
    world = figshare.world
    if kind in ("passing", "lasting"):
        faults = PASSING if kind == "passing" else LASTING
        figshare.faults.add(Fault(**faults[which % len(faults)]))
    elif kind == "publish":
        world.publish(1 + how % 2)
    elif kind in ("group_name", "group_parent"):
        _change_group(world, kind, which, how)
    elif kind == "republish":
        _republish(world, which)
    elif public := world.public_ids():
        _change_article(world, kind, public[which % len(public)], how)


def _change_article(world: World, kind: str, chosen: int, how: int) -> None:
    detail = world.detail(chosen)
    if kind == "withdraw":
        world.withdraw(chosen)
    elif kind == "version":
        world.new_version(chosen, add_files=(0, 1, 12)[how % 3])
    elif kind == "authors":
        world.set_authors(chosen, (detail["authors"] or [])[: how % 3])
    elif kind == "move":
        groups = [None, *(group["id"] for group in world.groups)]
        world.move_group(chosen, groups[how % len(groups)])
    elif kind in ("edit", "silent"):
        emptied = ("tags", "files", "categories", "funding_list", "references", "custom_fields")[how % 6]
        # Some figures that Figshare shows change without a date: those of the article's own page among them.
        edit = world.edit if kind == "edit" else world.edit_silently
        edit(chosen, title=f"Title {how} <b>&amp;</b>", **{emptied: []})
    elif kind in ("usage", "old_usage"):
        # Lately, or in a month that was read long ago.
        day = world.today - timedelta(days=how * (3 if kind == "usage" else 37))
        world.add_usage(chosen, COUNTERS[how % 3], day, *CITIES[how % len(CITIES)], 1 + how)


def _republish(world: World, which: int) -> None:
    withdrawn = sorted(
        item.id
        for item in world.items.values()
        if item.state == "withdrawn" and item.institution == world.institution_id
    )
    if withdrawn:
        world.republish(withdrawn[which % len(withdrawn)])


def _change_group(world: World, kind: str, which: int, how: int) -> None:
    # The institution itself stays on top.
    group = world.groups[1 + which % (len(world.groups) - 1)]
    if kind == "group_name":
        group["name"] = f"{group['name'][:20]} {how}"
    else:
        leaves = [g for g in world.groups if all(other["parent_id"] != g["id"] for other in world.groups)]
        parents = [g["id"] for g in world.groups if g["parent_id"] in (0, world.groups[0]["id"]) and g not in leaves]
        leaf = leaves[which % len(leaves)]
        leaf["parent_id"] = parents[how % len(parents)]
    world.revision += 1


def drawn(rng: Random, most: int) -> list[tuple[str, int, int]]:
    """Happenings at random, `most` at most."""
    return [(rng.choice(KINDS), rng.randrange(40), rng.randrange(12)) for _ in range(rng.randint(1, most))]
