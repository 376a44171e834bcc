"""Facts about Figshare's APIs, each stated once; SQL gets them as parameters.

Source: the OpenAPI description v2.0 (July 2026), the public documentation (https://docs.figshare.com, 2026) and
observed answers.
"""

from datetime import date

PAGE_SIZE = 1000
"""Most entries on a page of a list."""

OFFSET_LIMIT = 9000
"""Offsets end here."""

FILES_SHOWN = 10
"""A detail lists at most this many files; with as many there may be more."""

FIRST_DAY = date(2008, 1, 1)
"""Before Figshare existed; usage "since the beginning" starts here."""

WINDOW_MONTHS: dict[str, int] = {"months": 24, "days": 12, "countries": 24}
"""Figshare silently cuts longer windows: months after two years, days after one."""

MAX_COUNTRIES = 200
"""Most countries that a breakdown names for a period."""
