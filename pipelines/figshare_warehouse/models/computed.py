"""Every view computed once: what is published and what the data tests read.

Planning views over views takes DuckDB far longer than reading tables, and both need the same rows.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import duckdb

from figshare_warehouse.database.files import is_damaged
from figshare_warehouse.database.memory import execute
from figshare_warehouse.database.names import SNAPSHOT, literal, quoted
from figshare_warehouse.errors import one_line
from figshare_warehouse.models.lineage import Parsed
from figshare_warehouse.models.macros import create_schemas
from figshare_warehouse.models.sqlfiles import SCHEMAS
from figshare_warehouse.tables import TABLES

UNLOGGED = "recovery_mode no_wal_writes"
"""For a file that is thrown away when it is not finished: else each statement waits for the disk."""


@contextmanager
def snapshot(connection: duckdb.DuckDBPyConnection, scratch: Path | None = None) -> Iterator[None]:
    """Makes a separate database the current one while the block runs.

    In it are the tables that `figshare_warehouse.tables` declares, as they are, and nothing else of the warehouse.

    Args:
        connection: the warehouse, in no transaction.
        scratch: a file that does not exist, to hold it where that may be much; None for memory.
    """
    (home,) = connection.execute("select current_database()").fetchone() or ("",)
    query = "select table_name from duckdb_tables() where database_name = ? and schema_name = 'figshare'"
    tables = {name for (name,) in connection.execute(query, [home]).fetchall()}
    form = f"read_write, {UNLOGGED}" if scratch else "read_write"
    connection.execute(f"attach {literal(str(scratch or ':memory:'))} as {SNAPSHOT} ({form})")
    try:
        connection.execute(f"use {SNAPSHOT}")
        connection.execute("create schema figshare")
        create_schemas(connection)
        for name in tables.intersection(TABLES):
            connection.execute(f"create view figshare.{name} as select * from {quoted(home)}.figshare.{name}")
        yield
    finally:
        connection.execute(f"use {quoted(home)}")
        connection.execute(f"detach {SNAPSHOT}")


@dataclass(frozen=True, slots=True)
class Rows:
    """What is known of a view's rows.

    Attributes:
        made_of: a digest of its SQL and of the rows that it reads: where that is the same, so are its rows.
        digest: what stands for its rows in the `made_of` of those that read it.
        count: how many there are.
    """

    made_of: str
    digest: str
    count: int


class Computation:
    """Views computed as tables of a snapshot, each once, and only those whose rows may have changed.

    A view of what reports are made of is known by its rows: each refresh notes when it listed an article, and the
    articles listed are the same. A report is known by what it is made of, so that what changed is known beforehand.

    Attributes:
        rows: what is known of each view that could be computed, by relation.
        failed: those that could not be, with what DuckDB says of them.
    """

    def __init__(
        self,
        connection: duckdb.DuckDBPyConnection,
        files: Sequence[Parsed],
        last: Mapping[str, Rows] | None = None,
        always: Collection[str] = (),
    ) -> None:
        """Begins with nothing computed.

        Args:
            connection: in a snapshot.
            files: the views' files, each after what it reads; others among them are left out.
            last: what was known after the last computation; None to compute all, and find out nothing for the next.
            always: relations that are computed, though what they are made of is the same: the user's SQL may ask for
                the time, or for chance.
        """
        self._connection = connection
        self._files = {file.sql.relation: file for file in files if file.sql.schema in SCHEMAS}
        self._last = last
        self._always = always
        self._there: set[str] = set()
        self._digests = _loaded_digests(connection) if last is not None else {}
        self.rows: dict[str, Rows] = {}
        self.failed: dict[str, str] = {}

    def compute_staging(self) -> None:
        """Computes what the reports are made of, where it may have changed.

        Raises:
            duckdb.Error: the warehouse is damaged (`is_damaged`).
        """
        for relation, file in self._files.items():
            if not file.sql.is_report and not self.keeps(relation, file.sql.text, file.reads):
                self._make(relation)

    def changed_reports(self) -> list[str]:
        """Returns the reports whose rows may have changed, each after what it reads; the others are known already."""
        return [
            relation
            for relation, file in self._files.items()
            if file.sql.is_report and not self.keeps(relation, file.sql.text, file.reads)
        ]

    def compute_report(self, relation: str, into: str = "") -> None:
        """Computes one report.

        Args:
            relation: its name with its schema.
            into: the attached database that it is written into; empty for the snapshot. It can be read in the snapshot
                either way.

        Raises:
            duckdb.Error: the warehouse is damaged (`is_damaged`).
        """
        self._make(relation, into)

    def keeps(self, relation: str, text: str, reads: Iterable[str]) -> bool:
        """Tells whether the rows of a query are those of the last computation, and if so knows them.

        Args:
            relation: what it is known by.
            text: its SQL.
            reads: the relations that it reads.
        """
        if self._last is None:
            return False
        parts = [text, *(self._digests.get(read, "") for read in sorted(reads))]
        made_of = hashlib.sha256("\0".join(parts).encode(errors="surrogatepass")).hexdigest()
        self._digests[relation] = made_of
        last = self._last.get(relation)
        if last is None or last.made_of != made_of or relation in self._always:
            return False
        self.rows[relation] = last
        self._digests[relation] = last.digest
        return True

    def know(self, relation: str, count: int) -> None:
        """Notes how many rows a query has that was found not to be kept."""
        made_of = self._digests.get(relation, "")
        self.rows[relation] = Rows(made_of, made_of, count)

    def need(self, reads: Iterable[str]) -> None:
        """Makes sure that relations can be read in the snapshot, those too whose rows are the same as before."""
        for read in reads:
            if read in self._files and read not in self._there and read not in self.failed:
                self._make(read)

    def read_from(self, database: str, relation: str) -> None:
        """Makes a report readable in the snapshot that is kept as another database has it."""
        self._connection.execute(f"create view {relation} as select * from {database}.{relation}")
        self._there.add(relation)

    def _make(self, relation: str, into: str = "") -> None:
        file = self._files[relation]
        self.need(file.reads)
        try:
            place = f"{into}.{relation}" if into else relation
            [[count]] = execute(self._connection, f"create or replace table {place} as\n{file.sql.text}")
            if into:
                self._connection.execute(f"create view {relation} as select * from {place}")
        except duckdb.Error as error:
            if is_damaged(str(error)):
                raise
            self.failed[relation] = one_line(error)
            return
        self._there.add(relation)
        if relation in self.rows:
            return
        self.know(relation, count)
        if self._last is not None and not file.sql.is_report:
            [[digest]] = execute(self._connection, f"select {_DIGEST} from {relation} as each")
            self._digests[relation] = digest
            self.rows[relation] = Rows(self.rows[relation].made_of, digest, count)


_DIGEST = "concat(count(*), ' ', sum(hash(each)))"
"""Of rows, in whatever order."""


def _loaded_digests(connection: duckdb.DuckDBPyConnection) -> dict[str, str]:
    """Of the rows of each loaded table, without what dlt notes of each load."""
    there = connection.execute(
        "select view_name from duckdb_views() where database_name = current_database() and schema_name = 'figshare'"
    ).fetchall()
    parts = []
    for (name,) in there:
        columns = ", ".join(f"each.{quoted(column.name)}" for column in TABLES[name].columns)
        parts.append(
            f"select {literal(name)}, concat(count(*), ' ', sum(hash({columns}))) from figshare.{name} as each"
        )
    rows = execute(connection, " union all ".join(parts)) if parts else []
    return {f"figshare.{name}": digest for name, digest in rows}


def compute(connection: duckdb.DuckDBPyConnection, files: Sequence[Parsed]) -> Computation:
    """Computes every view in the snapshot.

    Args:
        connection: in a snapshot.
        files: the views' files, each after what it reads; others among them are left out.

    Returns:
        How many rows each has, and what cannot be computed.

    Raises:
        duckdb.Error: the warehouse is damaged (`is_damaged`).
    """
    computation = Computation(connection, files)
    computation.compute_staging()
    for report in computation.changed_reports():
        computation.compute_report(report)
    return computation
