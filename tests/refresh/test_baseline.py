"""What was there when a listing was first read is its baseline; what appears in it later is not."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any

from figshare_sandbox import Sandbox
from figshare_warehouse.sources.figshare.records.arrow import computed_rows
from figshare_warehouse.tables import LISTINGS
from figshare_warehouse.warehouse import store
from tests.support import Refreshed, change, count, empty_warehouse, insert, rows

APPEARED = "select article_id from reports.changes where kind = 'added' and not is_baseline order by 1"
BASELINE = "reports.changes where kind = 'added' and is_baseline"


def test_what_was_there_when_a_feed_was_first_read_did_not_appear(
    figshare: Sandbox, refreshed: Refreshed, loaded: Path
) -> None:
    assert (rows(loaded, APPEARED), count(loaded, BASELINE)) == ([], 160)
    published = sorted(figshare.world.publish(2))
    # What a new search finds elsewhere was there, too.
    refreshed(figshare, loaded, searches={"data": "data"})
    assert rows(loaded, APPEARED) == [(id_,) for id_ in published]
    baseline = count(loaded, BASELINE)
    assert baseline > 160
    later = figshare.world.publish(1)
    refreshed(figshare, loaded, searches={"data": "data"})
    assert rows(loaded, APPEARED) == [(id_,) for id_ in sorted([*published, *later])]
    # A search for something else under the same name is read for the first time.
    refreshed(figshare, loaded, searches={"data": "model"})
    assert rows(loaded, APPEARED) == [(id_,) for id_ in sorted([*published, *later])]
    assert count(loaded, BASELINE) > baseline


def test_an_older_warehouse_learns_what_its_first_refresh_saw(
    figshare: Sandbox, refreshed: Refreshed, loaded: Path
) -> None:
    [new] = figshare.world.publish(1)
    refreshed(figshare, loaded)
    change(loaded, "update figshare.first_listed set is_baseline = null")
    assert rows(loaded, "select distinct is_baseline from reports.changes where kind = 'added'") == [(None,)]
    refreshed(figshare, loaded)
    assert (rows(loaded, APPEARED), count(loaded, BASELINE)) == ([(new,)], 160)


def hour(number: int) -> Any:
    return datetime(2026, 5, 1, number)


def test_sightings_to_be_noted() -> None:
    with empty_warehouse() as connection:
        for name, search_for in (("institution 1", None), ("search same", "a"), ("search other", "a")):
            insert(connection, "listings", listing=name, search_for=search_for, completed_at=hour(1), refresh_id="r1")
        # The listing of 2 was broken off.
        for number, name in enumerate(("institution 1", "search same", "search other", "institution 2"), 1):
            insert(connection, "listed_articles", listing=name, article_id=number, seen_at=hour(5), refresh_id="r5")
        # An older version noted these; its first refresh that saw any was killed after 3 o'clock.
        for number, at in ((11, hour(2)), (12, hour(3)), (13, hour(4))):
            insert(connection, "first_listed", listing="institution 3", article_id=number, first_seen_at=at)
        for refresh_id, started, updated in (("r1", 0, 1), ("r2", 2, 3), ("r3", 4, 5)):
            times = {"started_at": hour(started), "updated_at": hour(updated)}
            insert(connection, "refreshes", refresh_id=refresh_id, outcome="running", **times)
        insert(
            connection, "first_listed", listing="institution 9", article_id=9, first_seen_at=hour(1), is_baseline=False
        )
        searched = {"institution 1": None, "institution 2": None, "search same": "a", "search other": "b"}
        followed = [{"listing": name, "search_for": search_for} for name, search_for in searched.items()]
        found = store.ask(connection, "first_listed", {"followed": computed_rows(LISTINGS, followed)})
        assert sorted(tuple(row.values()) for row in found) == [
            ("institution 1", 1, hour(5), False),
            ("institution 2", 4, hour(5), True),
            ("institution 3", 11, hour(2), True),
            ("institution 3", 12, hour(3), True),
            ("institution 3", 13, hour(4), False),
            ("search other", 3, hour(5), True),
            ("search same", 2, hour(5), False),
        ]
