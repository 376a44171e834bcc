"""Complete readings that are not believed at once: a listing that lost much, a count higher than the listing."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pyarrow as pa

from figshare_warehouse.errors import FigshareWarehouseError
from figshare_warehouse.refresh.run import Run
from figshare_warehouse.sources.figshare.articles import detail_of
from figshare_warehouse.sources.figshare.records.arrow import computed_rows
from figshare_warehouse.sources.figshare.records.shapes import Record, field_of
from figshare_warehouse.sources.http.errors import NotFoundError, RequestError
from figshare_warehouse.tables import DOUBTED_LISTINGS, LISTINGS, Table
from figshare_warehouse.warehouse import store

MOST_LOST = 0.1
"""Largest share of its articles that a listing may lose and still be believed."""

FEW_LOST = 5
"""So many articles may be missing in any case, however few the listing had."""

DOUBT_DAYS = 3
"""So long a listing stays in doubt before a refresh that finds the same believes it; an outage is over by then."""

PROBED = 5
"""How many missing articles are requested, to see whether they are gone."""


@dataclass(frozen=True, slots=True)
class Probe:
    """What came of asking for a few that a listing had and does not show any more.

    Attributes:
        asked: how many were asked for.
        found: how many of them are still there.
        is_whole: whether none of the requests failed.
    """

    asked: int = 0
    found: int = 0
    is_whole: bool = True

    @property
    def agrees(self) -> bool:
        """Whether the probe supports the listing, or was not made."""
        return self.is_whole and not self.found


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of listings.

    Attributes:
        noun: what they list.
        table: the table of their complete readings.
        query: what asks how much each lost.
        probe: requests a few of what a listing lost.
        switched: returns the finding where all is gone since the institution was switched to API v3; None for none.
    """

    noun: str
    table: Table
    query: str
    probe: Callable[[Run, dict[str, Any]], Probe]
    switched: Callable[[Run, dict[str, Any]], str | None] | None = None


def believed(run: Run, readings: Sequence[dict[str, Any]], kind: Kind | None = None) -> list[dict[str, Any]]:
    """Returns the readings that are believed, and notes those in doubt.

    A listing that lost more than a tenth of its articles, and more than a few, is in doubt: its articles stay. It is
    believed when a refresh after `DOUBT_DAYS` finds the same and Figshare has none of the requested articles, or when
    the user confirms it.

    Args:
        run: the refresh, in which the listings are loaded.
        readings: rows of the kind's table for listings that were read to their end.
        kind: what they list; articles unless given.

    Raises:
        FigshareWarehouseError: the warehouse cannot be queried.
    """
    if not readings:
        return []
    kind = kind or Kind("articles", LISTINGS, "listings_shrunk", _probe, _switched)
    rows = run.ask(
        kind.query, {"listings": computed_rows(kind.table, list(readings))}, max_ratio=MOST_LOST, few=FEW_LOST
    )
    shrunk = {row["listing"]: row for row in rows}
    good = []
    for reading in readings:
        row = shrunk[reading["listing"]]
        if not row["is_shrunk"] or run.confirms_withdrawals:
            if row["doubted_since"] is not None:
                _note(run, row, ended=True)
            good.append(reading)
            continue
        if row["doubted_since"] is None or _is_worse(row):
            if row["doubted_since"] is not None:
                _note(run, row, ended=True)
            row |= {f"doubted_{name}": row[name] for name in ("article_count", "held_count", "missing_count")}
            row["doubted_since"] = run.started_at
        is_search = reading.get("search") is not None
        probe = Probe() if is_search else kind.probe(run, reading)
        switched = kind.switched(run, reading) if probe.agrees and kind.switched else None
        if not switched and probe.agrees and row["doubted_since"] <= run.started_at - timedelta(days=DOUBT_DAYS):
            _note(run, row, ended=True)
            good.append(reading)
            continue
        _note(run, row, ended=False)
        run.note_finding(switched or _sentence(row, probe, kind.noun, is_search))
    return good


def _switched(run: Run, reading: dict[str, Any]) -> str | None:
    """The finding where v2 lists nothing any more, and v3 has the institution or cannot be asked; else None.

    However long that lasts, no whole repository is withdrawn.
    """
    institution = reading["institution_id"]
    if reading["article_count"] or institution is None or run.versions.setting == "v3" or not run.client.base_url("v3"):
        return None
    try:
        version = run.versions.ask(institution)
    except FigshareWarehouseError:
        version = None
    if version == "v2":
        return None
    vanished = f"{reading['listing']} shows no article any more through Figshare's API v2: all stay as they were"
    if version == "v3":
        return f"{vanished}. Figshare has switched the institution to API v3: set api_version to auto."
    return f"{vanished}. Whether Figshare has switched the institution to API v3 could not be asked."


def _is_worse(row: dict[str, Any]) -> bool:
    """Whether it lost as much again since the doubt began, which is a new doubt."""
    more = row["missing_count"] - row["doubted_missing_count"]
    return bool(more > FEW_LOST and more > MOST_LOST * row["doubted_article_count"])


def _note(run: Run, row: dict[str, Any], ended: bool) -> None:
    now = run.now()
    noted = {
        "listing": row["listing"],
        "doubted_since": row["doubted_since"],
        "held_count": row["doubted_held_count"],
        "article_count": row["doubted_article_count"],
        "missing_count": row["doubted_missing_count"],
        "checked_at": now,
        "ended_at": now if ended else None,
        "refresh_id": run.refresh_id,
    }
    run.keep(DOUBTED_LISTINGS, [computed_rows(DOUBTED_LISTINGS, [noted])])


def _probe(run: Run, reading: dict[str, Any]) -> Probe:
    """Requests a few of the missing articles."""
    listed = run.versions.known.get(reading["institution_id"], "v2")
    sample = run.ask(
        "missing_articles_sample", listing=reading["listing"], refresh_id=run.refresh_id, sample_size=PROBED
    )
    ids = [row["article_id"] for row in sample]
    return probed(run, reading, ids, lambda id_: detail_of(run.client, id_, run.versions, listed), is_of_articles=True)


def probed(
    run: Run, reading: dict[str, Any], ids: Sequence[int], detail: Callable[[int], Record], is_of_articles: bool = False
) -> Probe:
    """Requests a few that a listing misses; found are those that exist and are in the listing's group.

    Args:
        run: the refresh.
        reading: the listing's reading.
        ids: what to ask for.
        detail: returns the detail of one.
        is_of_articles: whether they are articles.
    """
    asked = found = 0
    is_whole = True
    for id_ in ids:
        try:
            group = field_of(detail(id_), "group_id")
        except NotFoundError:
            asked += 1
        except RequestError as error:
            is_whole = False
            run.note_failure(error, id_ if is_of_articles else None)
        except FigshareWarehouseError:
            return Probe(asked, found, False)
        else:
            asked += 1
            found += reading["group_id"] is None or group in (None, reading["group_id"])
    return Probe(asked, found, is_whole)


def _sentence(row: dict[str, Any], probe: Probe, noun: str, is_search: bool) -> str:
    lost = (
        f"{row['listing']} does not show {row['missing_count']:,} of the {row['held_count']:,} {noun} that it had, "
        "which is not believed yet: all stay in the reports"
    )
    confirm = "`refresh --confirm-withdrawals` withdraws them at once"
    later = f"{row['doubted_since'] + timedelta(days=DOUBT_DAYS):%Y-%m-%d %H:%M} UTC"
    if probe.agrees:
        there = "" if is_search else f" Figshare has none of the {probe.asked} that were checked."
        return f"{lost}.{there} A refresh after {later} that finds the same withdraws them; {confirm}."
    if probe.found:
        there = f"Figshare still has {probe.found} of the {probe.asked} that were checked"
        return f"{lost}. {there}; if all are gone, {confirm}."
    return f"{lost}. Whether Figshare still has them could not be checked; the next refresh tries again, or {confirm}."


def compare_counts(run: Run) -> None:
    """Notes when Figshare counts more public articles in the groups than it lists.

    Raises:
        FigshareWarehouseError: the warehouse cannot be queried.
    """
    higher = counted_higher(run)
    if not higher:
        return
    more = sum(row["missing_count"] for row in higher) - higher[0]["unplaced_count"]
    if more > 0:
        # The listings are older than the counts, so articles published in between do not count.
        since = higher[0]["last_published_date"]
        try:
            more -= _published_since(run, f"{since:%Y-%m-%dT%H:%M:%SZ}" if since else None)
        except RequestError as error:
            run.note_failure(error)
            return
        except FigshareWarehouseError:
            return
    if more > 0:
        articles = "1 more public article" if more == 1 else f"{more:,} more public articles"
        run.note_finding(f"Figshare counts {articles} than it lists: reports.completeness shows in which groups.")


def counted_higher(run: Run) -> list[dict[str, Any]]:
    """Returns the rows of the query `groups_counted_higher`."""
    names = [listing.name for listing in run.listings]
    listed = store.ask_arrow(run.connection, "groups_listed", listings=names, refresh_id=run.refresh_id)
    return run.ask("groups_counted_higher", listed)


def _published_since(run: Run, since: str | None) -> int:
    """How many articles the listings show now but did not when they were read."""
    ids: set[int] = set()
    for listing in run.listings:
        if listing.institution_id is None:
            continue
        filters = {"published_since": since} if since else {}
        for page in listing.pages(run.client, run.versions, **filters):
            ids.update(record["id"] for record in page.records if isinstance(record.get("id"), int))
    return len(run.ask("articles_never_listed", {"ids": pa.table({"article_id": pa.array(sorted(ids), pa.int64())})}))
