"""The current time, as the tables hold it."""

from datetime import UTC, datetime


def utc_now() -> datetime:
    """Returns the current time in UTC, without a time zone."""
    return datetime.now(UTC).replace(tzinfo=None)
