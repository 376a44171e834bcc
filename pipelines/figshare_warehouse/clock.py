"""The time, as everything here writes it."""

from datetime import UTC, datetime


def utc_now() -> datetime:
    """Returns the time now, in UTC and without a zone: the tables hold all times so."""
    return datetime.now(UTC).replace(tzinfo=None)
