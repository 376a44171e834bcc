"""The installed version of figshare-warehouse, and whether another one is newer."""

from __future__ import annotations

from functools import cache
from importlib.metadata import PackageNotFoundError, version

from packaging.version import InvalidVersion, Version


@cache
def package_version() -> str:
    """Returns the installed version of figshare-warehouse, which is looked up in a folder of hundreds of packages."""
    try:
        return version("figshare-warehouse")
    except PackageNotFoundError:
        return "0"


def is_newer(other: str | None) -> bool:
    """Returns whether another version is newer than this one.

    Args:
        other: its number; something that is not a version number is not newer.
    """
    try:
        return Version(other or "0").release[:2] > Version(package_version()).release[:2]
    except InvalidVersion:
        return False
