"""Ages as people write them: `30m`, `12h`, `90d` or `1w`."""

from __future__ import annotations

import re
from datetime import timedelta

from figshare_warehouse.errors import UsageError

_AGE = re.compile(r"(?P<number>\d+(?:\.\d+)?)\s*(?P<unit>[mhdw])", re.IGNORECASE | re.ASCII)
_UNITS = {"m": "minutes", "h": "hours", "d": "days", "w": "weeks"}


def age_of(text: str, name: str) -> timedelta:
    """Returns the age that a text gives.

    Args:
        text: such as `12h` or `2d`.
        name: the option or setting, for messages.

    Raises:
        UsageError: the text is not an age.
    """
    found = _AGE.fullmatch(text.strip())
    if found is None:
        raise UsageError(f"{name} takes a number with m, h, d or w, such as 12h or 2d, not '{text}'.")
    try:
        return timedelta(**{_UNITS[found["unit"].lower()]: float(found["number"])})
    except OverflowError:
        raise UsageError(f"{name} {text} reaches back before the year 1: give a shorter age.") from None
