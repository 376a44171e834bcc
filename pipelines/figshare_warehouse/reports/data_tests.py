"""What became of the laws, as a report."""

from __future__ import annotations

from collections.abc import Sequence

from figshare_warehouse.models.data_tests import Law
from figshare_warehouse.reports.report import Report, Section, Value


def laws_report(laws: Sequence[Law]) -> Report:
    """Returns which laws hold, and for each that does not the rows that break it.

    Args:
        laws: the laws, asked.
    """
    rows: list[tuple[Value, ...]] = [
        (law.name, law.holds, None if law.error else law.row_count, law.error or law.text) for law in laws
    ]
    columns = ("law", "holds", "row_count", "text")
    shown = {"law": "Law", "holds": "Holds", "row_count": "Bad rows", "text": "What must hold"}
    broken = [law for law in laws if law.rows]
    others = tuple(
        Section(law.name, law.name, law.columns, list(law.rows), {name: name for name in law.columns}) for law in broken
    )
    headline: dict[str, Value] = {"laws": len(laws), "broken": sum(not law.holds for law in laws)}
    labels = {"laws": "Laws", "broken": "Do not hold"}
    section = Section("rows", "", columns, rows, shown, whole=("law", "text"))
    return Report("check", "Laws of the reports", headline, labels, section, others)
