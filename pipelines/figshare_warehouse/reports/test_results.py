"""What became of the data tests, as a report."""

from __future__ import annotations

from collections.abc import Sequence

from figshare_warehouse.models.data_tests import DataTest
from figshare_warehouse.reports.report import Report, Section, Value


def data_tests_report(tests: Sequence[DataTest]) -> Report:
    """Returns which data tests passed, and for each that failed the rows that it found.

    Args:
        tests: what became of them.
    """
    rows: list[tuple[Value, ...]] = [
        (test.name, test.passed, None if test.error else test.row_count, test.error or test.text) for test in tests
    ]
    columns = ("data_test", "passed", "row_count", "text")
    shown = {"data_test": "Data test", "passed": "Passed", "row_count": "Bad rows"}
    others = tuple(
        Section(test.name, f"{test.name}: {test.text}", test.columns, list(test.rows), {n: n for n in test.columns})
        if test.rows
        else Section(test.name, test.name, ("error",), [(test.error,)], {"error": "Error"}, whole=("error",))
        for test in tests
        if test.rows or test.error
    )
    headline: dict[str, Value] = {"data_tests": len(tests), "failed": sum(not test.passed for test in tests)}
    labels = {"data_tests": "Data tests", "failed": "Failed"}
    section = Section("rows", "", columns, rows, shown, whole=("data_test",))
    return Report("check", "Data tests of the reports", headline, labels, section, others)
