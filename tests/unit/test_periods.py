"""Periods as people write them."""

from datetime import date

import pytest

from figshare_warehouse.errors import UsageError
from figshare_warehouse.periods import Period, period_of

TODAY = date(2026, 3, 15)
Given = tuple[str | None, str | None, str | None, str | None]


@pytest.mark.parametrize(
    ("given", "first", "last"),
    [
        (("2025-07-01", "2026-06-30", None, None), date(2025, 7, 1), date(2026, 6, 30)),
        ((" 2025-07-01", None, None, None), date(2025, 7, 1), TODAY),
        (("2026-03-15", "2026-03-15", None, None), TODAY, TODAY),
        ((None, None, "2025", None), date(2025, 1, 1), date(2025, 12, 31)),
        ((None, None, "2025-07", None), date(2025, 7, 1), date(2026, 6, 30)),
        ((None, None, "2023-03", None), date(2023, 3, 1), date(2024, 2, 29)),
        ((None, None, "2025-12", None), date(2025, 12, 1), date(2026, 11, 30)),
        ((None, None, None, "12m"), date(2025, 3, 1), date(2026, 2, 28)),
        ((None, None, None, "1M"), date(2026, 2, 1), date(2026, 2, 28)),
        ((None, None, None, "3m"), date(2025, 12, 1), date(2026, 2, 28)),
        ((None, None, None, "2 y"), date(2024, 3, 1), date(2026, 2, 28)),
    ],
)
def test_a_period(given: Given, first: date, last: date) -> None:
    assert period_of(*given, TODAY) == Period(first, last)


def test_no_period() -> None:
    assert period_of(None, None, None, None, TODAY) is None


@pytest.mark.parametrize(
    ("given", "message"),
    [
        (("1 July 2025", None, None, None), r"^--from takes a day such as 2025-07-01, not '1 July 2025'\.$"),
        (("2025-07-01", "2025-02-29", None, None), r"^--to takes a day such as 2025-07-01, not '2025-02-29'\.$"),
        ((None, "2025-07-01", None, None), r"^--to needs --from, the first day\.$"),
        (("2025-07-01", "2025-06-30", None, None), r"^The period ends on 2025-06-30, before it begins on 2025-07-01"),
        (("2027-01-01", None, None, None), r"^The period ends on 2026-03-15, before it begins on 2027-01-01\.$"),
        ((None, None, "2025-13", None), r"^--year takes a year such as 2025, or 2025-07 .*, not '2025-13'\.$"),
        ((None, None, "0000", None), r"^--year takes a year"),
        ((None, None, "9999-07", None), r"^--year takes a year"),
        ((None, None, "٢٠٢٥", None), r"^--year takes a year"),
        ((None, None, None, "90d"), r"^--last takes a number of months or years such as 12m or 2y, not '90d'\.$"),
        ((None, None, None, "0m"), r"^--last takes"),
        ((None, None, None, "9999m"), r"^--last 9999m reaches back before the year 1900"),
        ((None, None, None, "9999y"), r"^--last 9999y reaches back before the year 1900"),
        (("2025-07-01", None, "2025", None), r"^Give one period: "),
        ((None, None, "2025", "12m"), r"^Give one period: "),
    ],
)
def test_what_is_no_period_is_told_in_a_sentence(given: Given, message: str) -> None:
    with pytest.raises(UsageError, match=message):
        period_of(*given, TODAY)
