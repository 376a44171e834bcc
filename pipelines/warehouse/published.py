"""The published file, for those who read it: where it is, how it is opened, and whether it is whole.

Readers open this file and never the warehouse: a refresh does not disturb them, and they do not disturb a refresh.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import duckdb

from pipelines.errors import FigshareWarehouseError, UsageError, one_line
from pipelines.version import package_version
from pipelines.warehouse.files import open_error
from pipelines.warehouse.names import quoted

DEFAULT_NAMES = {"figshare_warehouse": "figshare_reports"}
"""The published file of the default warehouse; that of another one is named after it."""


def is_same_file(one: Path, other: Path) -> bool:
    """Tells whether two paths lead to one file, there or not yet."""
    return one.resolve() == other.resolve() or (one.exists() and other.exists() and one.samefile(other))


@dataclass(frozen=True, slots=True)
class Published:
    """Where the reports of a warehouse are published.

    Attributes:
        path: the file that readers open.
        warehouse: the file that it is made from.
    """

    path: Path
    warehouse: Path

    @classmethod
    def of(cls, warehouse: Path, path: Path | None = None) -> Published:
        """Returns where a warehouse is published: in `path`, by default beside it.

        Two warehouses in one folder are published in two files. Where the path is a link, in what it leads to.

        Raises:
            UsageError: they are one file, which publishing would replace.
        """
        if path is not None and is_same_file(path, warehouse):
            raise UsageError(f"--published and --warehouse are both {path}: the reports need a file of their own.")
        stem = DEFAULT_NAMES.get(warehouse.stem, f"{warehouse.stem}_reports")
        path = path or warehouse.with_name(f"{stem}.duckdb")
        # A link stays one: the file that it leads to is replaced.
        return cls(path.resolve() if path.is_symlink() else path, warehouse)

    @property
    def pointer(self) -> Path:
        """The note that names the newest file where it could not take the place of one that is held open (Windows)."""
        return self.path.with_name(f"{self.path.name}.latest.txt")

    def current(self) -> Path:
        """Returns the file to open: `path`, or a newer dated one that the pointer names."""
        try:
            name = self.pointer.read_text(encoding="utf-8").strip()
        except OSError:
            return self.path
        # Beside it and nowhere else: the note may have been spoiled.
        dated = self.path.parent / name
        return dated if name == dated.name and dated.is_file() else self.path

    @contextmanager
    def opened(self) -> Iterator[duckdb.DuckDBPyConnection]:
        """Opens it to read, in UTC. The rows stay as they are even when another file is published meanwhile.

        Raises:
            UsageError: nothing is published.
            LockedError: another program has opened it for writing.
            FigshareWarehouseError: it is not a file that was published here, or not by a version that publishes what is
                read, or cannot be read.
        """
        path = self.current()
        if not path.exists():
            raise UsageError(self._absent())
        with _connected(path) as connection:
            try:
                yield connection
            except (duckdb.CatalogException, duckdb.BinderException) as error:
                raise FigshareWarehouseError(
                    f"{path} was published by figshare-warehouse {_publisher(connection)}, and lacks what this one, "
                    f"{package_version()}, reads ({one_line(error)}): run `figshare-warehouse publish` or `refresh`."
                ) from error
            except duckdb.Error as error:
                raise _damaged(path, error) from error

    def _absent(self) -> str:
        if not self.warehouse.exists():
            return (
                f"There is no warehouse at {self.warehouse}, and nothing published at {self.path}: run "
                "`figshare-warehouse refresh` or `figshare-warehouse demo` first, or name the file with --warehouse "
                "or --published."
            )
        return (
            f"Nothing is published at {self.path} yet; a refresh does so at its end: wait for it, or where none is "
            "running run the same `figshare-warehouse refresh` again, or `figshare-warehouse publish` to see what is "
            "there."
        )


@dataclass(frozen=True, slots=True)
class Verified:
    """What a published file that is whole holds: how many reports, and how many rows in all."""

    report_count: int
    row_count: int


def verify(path: Path) -> Verified:
    """Verifies a published file: every report that its list names is there, with its columns, and can be read.

    Args:
        path: the file.

    Raises:
        UsageError: there is no such file.
        LockedError: another program has opened it for writing.
        FigshareWarehouseError: it is not whole, or was not published here.
    """
    if not path.is_file():
        raise UsageError(f"There is no file {path}.")
    with _connected(path) as connection:
        try:
            return _verified(path, connection)
        except duckdb.Error as error:
            raise _damaged(path, error) from error


def _verified(path: Path, connection: duckdb.DuckDBPyConnection) -> Verified:
    listed = connection.execute(
        "select report, column_count, row_count from reports.published_reports order by report"
    ).fetchall()
    columns = dict(
        connection.execute(
            "select table_name, column_count from duckdb_tables() where schema_name = 'reports'"
        ).fetchall()
    )
    rows = 0
    for report, column_count, row_count in listed:
        # Every column of every row is read: a checksum would tell less of what a reader meets.
        [[found, *_]] = connection.execute(
            f"select count(*), count(columns(*)) from reports.{quoted(report)}"
        ).fetchall()
        if (columns.get(report), found) != (column_count, row_count):
            raise FigshareWarehouseError(
                f"{path} is not whole: {report} has {columns.get(report)} columns and {found:,} rows, not "
                f"{column_count} and {row_count:,}. Publish it anew with `figshare-warehouse publish`."
            )
        rows += found
    return Verified(len(listed), rows)


@contextmanager
def _connected(path: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    try:
        connection = duckdb.connect(str(path), read_only=True)
    except duckdb.Error as error:
        raise open_error(path, error, "--published") from None
    try:
        connection.execute("set timezone = 'UTC'")
        try:
            connection.execute("select published_at from reports.about")
        except (duckdb.CatalogException, duckdb.BinderException):
            raise FigshareWarehouseError(
                f"{path} was not published by figshare-warehouse: name the published file with --published."
            ) from None
        except duckdb.Error as error:
            raise _damaged(path, error) from error
        yield connection
    finally:
        connection.close()


def _damaged(path: Path, error: duckdb.Error) -> FigshareWarehouseError:
    return FigshareWarehouseError(
        f"{path} is damaged ({one_line(error)}): publish it anew with `figshare-warehouse publish`."
    )


def _publisher(connection: duckdb.DuckDBPyConnection) -> str:
    """The version that published the file, as it says itself."""
    with suppress(duckdb.Error):
        [[version]] = connection.execute("select package_version from reports.about").fetchall()
        return str(version)
    return "of an unknown version"
