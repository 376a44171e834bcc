"""Which usage is due: the queries over the ledger that a plan counts and a refresh acts on."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.compute as pc

from figshare_warehouse.database import statements
from figshare_warehouse.errors import UsageError
from figshare_warehouse.models.views import list_views
from figshare_warehouse.settings import FigshareSettings
from figshare_warehouse.sources.figshare.facts import FIRST_DAY, WINDOW_MONTHS
from figshare_warehouse.sources.figshare.usage.stats import ENTITY_TYPES, Kind
from figshare_warehouse.warehouse import store

WINDOW_KINDS: tuple[Kind, ...] = ("countries", "days")
TOP_KINDS: tuple[Kind, ...] = ("referrals", "categories")
# Totals over many articles first: they need few requests, and readers want them first.
STAGES: tuple[tuple[str, ...], ...] = (tuple(t for t in ENTITY_TYPES if t != "article"), ("article",))

OF_ARTICLES = ("collection", "project")
"""What can be left out, by its name in the plural."""


def check_reports(settings: FigshareSettings) -> None:
    """Checks the reports given by `usage_reports`, before any request.

    Raises:
        UsageError: one does not exist, or has no column `article_id`.
    """
    if not settings.usage_reports:
        return
    user_folder = Path(settings.sql_dir) if settings.sql_dir else None
    there = {view.relation for view in list_views(user_folder=user_folder) if "article_id" in view.columns}
    for name in settings.usage_reports:
        if f"reports.{name}" not in there:
            raise UsageError(
                f"--usage-report takes the name of a report with a column article_id, and '{name}' is not one: "
                "`figshare-warehouse describe` lists the reports."
            )


class UsageDue:
    """The usage that is due.

    Args:
        connection: the warehouse, with its views.
        settings: what is wanted, and how old it may be.
        now: the time (UTC).
        is_estimate: for an estimate: items without a known total count as used.
        computed: the views that were computed since anything was loaded; None for none, and where nothing is loaded.
    """

    def __init__(
        self,
        connection: duckdb.DuckDBPyConnection,
        settings: FigshareSettings,
        now: datetime,
        is_estimate: bool = False,
        computed: set[str] | None = None,
    ) -> None:
        self._connection = connection
        self._settings = settings
        self._wanted = set(settings.usage or ("months",))
        self._today = now.date()
        self._times = {"now": now, "today": self._today, "max_age_days": settings.days("usage_max_age")}
        self._is_estimate = is_estimate
        self._computed = set() if computed is None else computed

    @property
    def _left_out(self) -> list[str]:
        """The types of which only what is asked for by name is wanted."""
        return [one for one in OF_ARTICLES if f"{one}s" in (self._settings.without or ())]

    def _only_named(self, kind: Kind) -> list[str]:
        """The same for one kind of figures: countries are as dear as those of articles."""
        return list(OF_ARTICLES) if kind == "countries" and "countries" not in self._wanted else self._left_out

    @property
    def wants_time(self) -> bool:
        """Whether more than totals is wanted: months, and what is read with them."""
        return self._wanted != {"totals"}

    def due(self, kind: Kind, entity_types: Sequence[str]) -> pa.Table | None:
        """Returns what is due of one kind, most important first; None when that kind is not wanted for these items."""
        if kind == "total":
            return self._ask("usage_totals_due", entity_types=list(entity_types), only_named=self._left_out)
        if kind in TOP_KINDS:
            if "group" not in entity_types or not self.wants_time:
                return None
            return self._ask("usage_top_lists_due", kind=kind, is_estimate=self._is_estimate)
        if not self.wants_time:
            return None
        article_ids = None
        if kind == "days" and "days" not in self._wanted:
            return None
        if kind == "countries" and "article" in entity_types and "countries" not in self._wanted:
            article_ids = self._reported()
            if article_ids is None:
                return None
        return self._windows(kind, entity_types, article_ids)

    def months(self, entity_types: Sequence[str], is_whole: bool) -> pa.Table:
        """Returns the months that are due.

        Args:
            entity_types: the types of items.
            is_whole: whether windows longer than Figshare documents to answer are left unsplit.
        """
        return self._windows("months", entity_types, None, is_whole)

    def _windows(
        self, kind: Kind, entity_types: Sequence[str], article_ids: list[int] | None, is_whole: bool = False
    ) -> pa.Table:
        days = timedelta(days=self._settings.usage_days - 1)
        return self._ask(
            "usage_windows_due",
            kind=kind,
            entity_types=list(entity_types),
            article_ids=article_ids,
            only_named=self._only_named(kind),
            since=self._today - days if kind == "days" else FIRST_DAY,
            window_months=WINDOW_MONTHS[kind],
            is_whole=is_whole,
            is_estimate=self._is_estimate,
        )

    def _ask(self, question: str, **parameters: Any) -> pa.Table:
        return store.ask_arrow(self._connection, question, None, self._computed, **parameters, **self._times)

    def _reported(self) -> list[int] | None:
        """The articles in the reports of `usage_reports`; None when there are no such reports."""
        names = self._settings.usage_reports
        if not names:
            return None
        found: set[int] = set()
        for name in names:
            rows = self._connection.execute(statements.values_of("reports", name, "article_id")).fetchall()
            found.update(row[0] for row in rows if row[0] is not None)
        return sorted(found)


def without(due: pa.Table, others: pa.Table) -> pa.Table:
    """Returns the due rows whose item and counter are not among the others."""
    return due.filter(pc.invert(pc.is_in(_keys(due), value_set=_keys(others)))) if others.num_rows else due


def _keys(due: pa.Table) -> pa.ChunkedArray:
    numbers = pc.cast(due.column("entity_id"), pa.string())
    return pc.binary_join_element_wise(due.column("entity_type"), due.column("counter"), numbers, ":")


def not_long(due: pa.Table) -> pa.ChunkedArray:
    """For each due row, whether its window is within the limit that Figshare documents."""
    days = pc.days_between(due.column("window_start"), due.column("window_end"))
    return pc.less(days, 31 * WINDOW_MONTHS["months"])
