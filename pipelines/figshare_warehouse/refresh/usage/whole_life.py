"""One timeline over an item's whole life, where Figshare answers more months than it documents.

The limit of two years is documented for breakdowns; timelines over decades have long been answered (observed by others,
2026). A response is whole when it has usage from before the limit, or when it has as much as the item has in all.
Otherwise its last two years count, and the rest is asked for as documented.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

from figshare_warehouse.refresh.usage.answers import Answers
from figshare_warehouse.refresh.usage.scopes import PUBLIC, Place, Scopes
from figshare_warehouse.sources.figshare.facts import WINDOW_MONTHS
from figshare_warehouse.sources.figshare.usage.stats import JUDGED_BY, Question, Reading, months_after

LONG_MONTHS = "long_months"
"""The part of the Stats API whose state says whether windows longer than documented are answered."""


def long_months(scopes: Scopes) -> Place:
    """The part of the Stats API that answers long windows, or does not: the same for all types of items."""
    return scopes.portal or PUBLIC, LONG_MONTHS, "article"


class WholeLife:
    """Whether timelines are answered whole.

    Attributes:
        trimmed: how many responses may have been cut, and were trimmed to the documented limit.

    Args:
        answers: what is known and found out.
    """

    def __init__(self, answers: Answers) -> None:
        self._answers = answers
        self._place = long_months(answers.scopes)
        self._short = 0
        self.trimmed = 0

    @property
    def is_known(self) -> bool:
        """Whether long windows are known to be answered whole."""
        return self._answers.scopes.is_known(self._place, "open")

    @property
    def is_possible(self) -> bool:
        """Whether long windows are not known to be cut."""
        return not self._answers.scopes.is_known(self._place, "unusable")

    @staticmethod
    def is_long(question: Question) -> bool:
        """Whether a question is for more months than Figshare documents to answer."""
        return question.kind == "months" and question.first < _documented(question)

    def judged(self, reading: Reading, due: dict[str, Any]) -> Reading:
        """Returns a response to a long question; of one that may be cut, what the documented limit leaves.

        Args:
            reading: the response.
            due: the row of the query `usage_windows_due` that it answers.
        """
        question, figures = reading.question, reading.data
        used = [month for month, count in figures.items() if count]
        documented = _documented(question)
        # The first day of a cut response can lie in the month before.
        if used and min(used) < months_after(documented, -1):
            if not self.is_known:
                self._answers.note_state(self._place, "open")
            return reading
        total = due["total"]
        if self.is_known or (due["reason"] == "new" and total is not None and sum(figures.values()) >= total):
            return reading
        self.trimmed += 1
        self._short += total is not None and sum(figures.values()) < total
        if self._short == JUDGED_BY:
            what = f"Figshare answers months of at most {WINDOW_MONTHS['months']} months in one request."
            self._answers.note_state(self._place, "unusable", what)
        kept = {month: count for month, count in figures.items() if month >= documented}
        return Reading(replace(question, first=documented), kept, reading.read_at)


def _documented(question: Question) -> date:
    return months_after(question.last, 1 - WINDOW_MONTHS["months"])
