"""Which version of figshare-warehouse this is, and whether another one is newer."""

from __future__ import annotations

from importlib.metadata import PackageNotFoundError, version

from packaging.version import InvalidVersion, Version


def package_version() -> str:
    """Returns the version of figshare-warehouse that is installed."""
    try:
        return version("figshare-warehouse")
    except PackageNotFoundError:
        return "0"


def is_newer(other: str | None) -> bool:
    """Returns whether another version may have made what this one does not know.

    Args:
        other: its number; what is none is not newer.
    """
    try:
        return Version(other or "0").release[:2] > Version(package_version()).release[:2]
    except InvalidVersion:
        return False
