"""The published file: where it is, how to open it, and whether it is whole.

Readers open this file and never the warehouse: a refresh does not disturb them, and they do not disturb a refresh.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path

import duckdb

from figshare_warehouse.database import statements
from figshare_warehouse.database.confined import confine, connect
from figshare_warehouse.database.files import is_database, open_error
from figshare_warehouse.errors import FigshareWarehouseError, UsageError, one_line
from figshare_warehouse.models import queries
from figshare_warehouse.models.sqlfiles import INTERNAL, REPORT_SCHEMAS
from figshare_warehouse.outputs import Kind, refuse_foreign
from figshare_warehouse.version import package_version

DEFAULT_NAMES = {"figshare_warehouse": "figshare_reports"}
"""Name of the published file of the default warehouse; for other warehouses it is derived from theirs."""


def is_same_file(one: Path, other: Path) -> bool:
    """Returns whether two paths lead to the same file, which need not exist."""
    if _resolved(one) == _resolved(other):
        return True
    # One of them need not be there, or may be in a folder of another user's.
    with suppress(OSError):
        return one.samefile(other)
    return False


def _resolved(path: Path) -> Path:
    # Unlike `Path.resolve`, this takes links in a circle in every Python.
    return Path(os.path.realpath(path))


@dataclass(frozen=True, slots=True)
class Published:
    """Where the reports of a warehouse are published.

    Attributes:
        path: the file that readers open.
        warehouse: the warehouse's file.
        may_overwrite: whether publishing may replace a file that figshare-warehouse did not publish.
    """

    path: Path
    warehouse: Path
    may_overwrite: bool = False

    @classmethod
    def of(cls, warehouse: Path, path: Path | None = None, may_overwrite: bool = False) -> Published:
        """Returns where a warehouse is published: in `path`, by default beside the warehouse.

        Raises:
            UsageError: `path` is the warehouse itself.
        """
        if path is not None and is_same_file(path, warehouse):
            raise UsageError(f"--published and --warehouse are both {path}: name another file for the reports.")
        stem = DEFAULT_NAMES.get(warehouse.stem, f"{warehouse.stem}_reports")
        path = path or warehouse.with_name(f"{stem}.duckdb")
        return cls(path, warehouse, may_overwrite)

    def refuse_foreign(self) -> Published:
        """Returns where to publish, and refuses to replace other files. Of a link it is the target: the link stays.

        Raises:
            UsageError: there is another file, the path cannot be a file, or it is a link that leads out of its folder.
        """
        return replace(self, path=refuse_foreign(self.path, _KIND, "--published", self.may_overwrite))

    @property
    def pointer(self) -> Path:
        """The text file that names the newest published file where an open one could not be replaced (Windows)."""
        path = _resolved(self.path) if self.path.is_symlink() else self.path
        return path.with_name(f"{path.name}.latest.txt")

    def current(self) -> Path:
        """Returns the file to open: `path`, or a newer dated one that the pointer names."""
        try:
            name = self.pointer.read_text(encoding="utf-8").strip()
        except (OSError, UnicodeDecodeError):
            return self.path
        # Only beside it: the text file may be damaged.
        dated = self.pointer.parent / name
        return dated if name == dated.name and dated.is_file() else self.path

    @property
    def internal(self) -> Path:
        """The file of internal reports, beside the one of reports."""
        # A link stays one: the internal file lies beside what it leads to.
        path = _resolved(self.path) if self.path.is_symlink() else self.path
        return path.with_name(f"{path.stem}_internal{path.suffix}")

    def refuse_foreign_internal(self) -> Path:
        """Returns where the internal reports are published, and refuses to replace other files, as `refuse_foreign`."""
        return refuse_foreign(self.internal, _INTERNAL_KIND, "--published", self.may_overwrite)

    @contextmanager
    def opened(self, writes: Iterable[Path] = (), takes_internal: bool = False) -> Iterator[duckdb.DuckDBPyConnection]:
        """Opens the file for reading, in UTC. Its rows stay the same even when another file is published meanwhile.

        A file from elsewhere may have views over other files: it reaches only those that are named here.

        Args:
            writes: files that DuckDB may write.
            takes_internal: whether it may be a file of internal reports.

        Raises:
            UsageError: nothing is published, or it is an internal file where that is not taken.
            LockedError: another program has opened it for writing.
            FigshareWarehouseError: it is not a published file, is from a version without what is read, or cannot be
                read.
        """
        path = self.current()
        if not path.exists():
            raise UsageError(self._absent())
        if not path.is_file():
            raise UsageError(f"{path} is not a file: name the published file with --published.")
        with _connected(path, writes) as connection:
            if not takes_internal and is_internal(connection):
                raise UsageError(
                    f"{path} is the file of internal reports, of which no pages and exports are made: name the file of "
                    "reports beside it with --published, or ask this one with `figshare-warehouse sql`."
                )
            try:
                yield connection
            except (duckdb.CatalogException, duckdb.BinderException) as error:
                raise FigshareWarehouseError(
                    f"{path} was published by figshare-warehouse {_publisher(connection)}, and lacks what this one, "
                    f"{package_version()}, reads ({one_line(error)}): run `figshare-warehouse publish` or `refresh`."
                ) from error
            except duckdb.Error as error:
                raise _damaged(path, error) from error

    @contextmanager
    def opened_internal(self) -> Iterator[duckdb.DuckDBPyConnection]:
        """Opens the file of internal reports beside the file, or the file itself where it is one, for reading.

        Raises:
            UsageError: there are no internal reports.
            LockedError: another program has opened it for writing.
            FigshareWarehouseError: as `opened`.
        """
        is_one = is_internal_file(self.path)
        if not is_one and not self.internal.exists():
            raise UsageError(
                f"There are no internal reports at {self.internal}: `figshare-warehouse refresh --internal` reads what "
                "an administrator's token may see, and --account what any token may."
            )
        with replace(self, path=self.path if is_one else self.internal).opened(takes_internal=True) as connection:
            yield connection

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
    """The content of a published file: the number of reports, and of rows in all."""

    report_count: int
    row_count: int


def verify(path: Path) -> Verified:
    """Verifies a published file: every report in its list exists with its columns and can be read.

    Args:
        path: the file.

    Raises:
        UsageError: there is no such file.
        LockedError: another program has opened it for writing.
        FigshareWarehouseError: it is not whole, or not a published file.
    """
    if not path.is_file():
        raise UsageError(f"There is no file {path}.")
    with _connected(path) as connection:
        try:
            return _verified(path, connection)
        except duckdb.Error as error:
            raise _damaged(path, error) from error


def listed(path: Path) -> set[str]:
    """Returns the reports that a published file says it holds, with their schemas; none where it cannot be read."""
    with suppress(OSError, duckdb.Error, FigshareWarehouseError):
        if path.is_file():
            with _connected(path) as connection:
                rows = queries.rows(connection, "catalog/published_reports")
            return {f"{row['schema_name']}.{row['report']}" for row in rows}
    return set()


def _verified(path: Path, connection: duckdb.DuckDBPyConnection) -> Verified:
    asked = "catalog/internal_published_reports" if is_internal(connection) else "catalog/published_reports"
    listed = queries.rows(connection, asked)
    rows = 0
    for row in listed:
        report, columns = row["report"], row["found_column_count"]
        # Every column of every row is read, which shows more than a checksum.
        count = statements.row_count(row["schema_name"], report, reads_values=True)
        [[found, *_]] = connection.execute(count).fetchall()
        if (columns, found) != (row["column_count"], row["row_count"]):
            raise FigshareWarehouseError(
                f"{path} is not whole: {report} has {columns} columns and {found:,} rows, not {row['column_count']} "
                f"and {row['row_count']:,}. Publish it again with `figshare-warehouse publish`."
            )
        rows += found
    return Verified(len(listed), rows)


_MARKS = ("about", "published_reports")
"""Tables that every published file has."""

_NAMES = ({b"published_reports", b"data_tests_failed"}, {b"published_reports", b"laws_broken"})
"""Names that it holds as they are, and a warehouse does not; the same in version 0.1."""


def is_published(path: Path) -> bool:
    """Returns whether a file is a published file; nothing in it is executed.

    Args:
        path: the file. Where it is locked or damaged, it is recognized by the names in it.
    """
    if not is_database(path):
        return False
    with connect() as connection:
        try:
            connection.execute(statements.attach(path, "found", "read_only"))
            found = queries.rows(connection, "catalog/relations", database_name="found")
        except duckdb.Error:
            return _has_marks(path)
    # Another database may hold a copy of the reports beside its own tables.
    return (
        not any(row["is_view"] for row in found)
        and {row["schema_name"] for row in found} <= set(REPORT_SCHEMAS)
        and set(_MARKS) <= {row["relation_name"] for row in found}
    )


def is_internal(connection: duckdb.DuckDBPyConnection) -> bool:
    """Returns whether a published file is one of internal reports."""
    return _schemas(queries.rows(connection, "catalog/relations", database_name=None)) == {INTERNAL}


def _schemas(relations: Iterable[Mapping[str, object]]) -> set[object]:
    return {row["schema_name"] for row in relations}


def is_internal_file(path: Path) -> bool:
    """Returns whether a file is one of internal reports; nothing in it is executed."""
    if not is_database(path):
        return False
    with connect() as connection:
        try:
            connection.execute(statements.attach(path, "found", "read_only"))
            found = queries.rows(connection, "catalog/relations", database_name="found")
        except duckdb.Error:
            return False
    is_table = not any(row["is_view"] for row in found)
    return is_table and _schemas(found) == {INTERNAL} and set(_MARKS) <= {row["relation_name"] for row in found}


def _has_marks(path: Path) -> bool:
    missing = list(_NAMES)
    last = b""
    with path.open("rb") as file:
        while all(missing) and (block := file.read(2**20)):
            missing = [{name for name in names if name not in last + block} for names in missing]
            last = block[-100:]
    return not all(missing)


_KIND = Kind("a file of reports", is_published)
_INTERNAL_KIND = Kind("a file of internal reports", is_internal_file)


@contextmanager
def _connected(path: Path, writes: Iterable[Path] = ()) -> Iterator[duckdb.DuckDBPyConnection]:
    try:
        connection = connect(path, read_only=True)
    except duckdb.Error as error:
        raise open_error(path, error, "--published") from None
    try:
        confine(connection, writes)
        try:
            asked = "catalog/internal_published_at" if is_internal(connection) else "catalog/published_at"
            queries.rows(connection, asked)
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
        f"{path} is damaged ({one_line(error)}): publish it again with `figshare-warehouse publish`."
    )


def _publisher(connection: duckdb.DuckDBPyConnection) -> str:
    """The version that published the file, as stored in it."""
    with suppress(duckdb.Error):
        [row] = queries.rows(connection, "catalog/publisher")
        return str(row["package_version"])
    return "of an unknown version"
