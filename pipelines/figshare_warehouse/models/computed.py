"""Every view computed once: what is published and what the data tests read.

Planning views over views takes DuckDB far longer than reading tables, and both need the same rows.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import duckdb

from figshare_warehouse.database.files import is_damaged
from figshare_warehouse.database.memory import execute
from figshare_warehouse.database.names import SNAPSHOT, literal, quoted
from figshare_warehouse.errors import one_line
from figshare_warehouse.models import queries
from figshare_warehouse.models.lineage import Parsed
from figshare_warehouse.models.macros import create_schemas
from figshare_warehouse.models.sqlfiles import SCHEMAS, SqlFile
from figshare_warehouse.models.uses import used_columns
from figshare_warehouse.tables import PUBLIC_SCHEMAS, TABLES, schema_of

UNLOGGED = "recovery_mode no_wal_writes"
"""For a file that is thrown away when it is not finished: else each statement waits for the disk."""


RANGE_COLUMNS = ("article_id", "author_id", "entity_id", "group_id")
"""The columns by whose values a view can be computed in parts, if they are of its key; the first that is."""


@contextmanager
def snapshot(connection: duckdb.DuckDBPyConnection, scratch: Path | None = None) -> Iterator[None]:
    """Makes a separate database the current one while the block runs.

    In it are the tables that `figshare_warehouse.tables` declares, as they are, and nothing else of the warehouse.

    Args:
        connection: the warehouse, in no transaction.
        scratch: a file that does not exist, to hold it where that may be much; None for memory.
    """
    (home,) = connection.execute("select current_database()").fetchone() or ("",)
    query = "select schema_name, table_name from duckdb_tables() where database_name = ?"
    tables = {(schema, name) for schema, name in connection.execute(query, [home]).fetchall()}
    form = f"read_write, {UNLOGGED}" if scratch else "read_write"
    connection.execute(f"attach {literal(str(scratch or ':memory:'))} as {SNAPSHOT} ({form})")
    try:
        connection.execute(f"use {SNAPSHOT}")
        for schema in PUBLIC_SCHEMAS:
            connection.execute(f"create schema {schema}")
        create_schemas(connection)
        for schema, name in tables.intersection((table.schema, table.name) for table in TABLES.values()):
            connection.execute(f"create view {schema}.{name} as select * from {quoted(home)}.{schema}.{name}")
        yield
    finally:
        connection.execute(f"use {quoted(home)}")
        connection.execute(f"detach {SNAPSHOT}")


@dataclass(frozen=True, slots=True)
class Rows:
    """What is known of a view's rows.

    Attributes:
        made_of: a digest of its SQL and of the rows that it reads: where that is the same, so are its rows.
        digests: what stands for its rows in the `made_of` of those that read it: of the columns that they use, by
            reader; under an empty name for others.
        count: how many there are.
    """

    made_of: str
    digests: Mapping[str, str]
    count: int


class Computation:
    """Views computed as tables of a snapshot, each once, and only those whose rows may have changed.

    What a view is made of is known by the rows of what it reads, and of these by the columns that it uses: each refresh
    notes when it listed an article, and the articles listed are the same.

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
        self._uses: dict[str, Mapping[str, set[str] | None]] = {}
        self._readers: dict[str, list[Parsed]] = {}
        for file in files:
            for read in file.reads:
                self._readers.setdefault(read, []).append(file)
        self._digests: dict[str, Mapping[str, str]] = self._loaded_digests() if last is not None else {}
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

    def reports(self) -> list[str]:
        """Returns the reports, each after what it reads."""
        return [relation for relation, file in self._files.items() if file.sql.is_report]

    def probably_kept(self) -> set[str]:
        """Returns the reports that have the rows of the last computation, if those that they read have them, too."""
        kept = set()
        for relation in self.reports():
            if self.keeps_report(relation):
                kept.add(relation)
            elif self._last and relation in self._last:
                self._digests[relation] = self._last[relation].digests
        return kept

    def keeps_report(self, relation: str) -> bool:
        """Tells, as `keeps`, whether a report has the rows of the last computation, once what it reads is computed."""
        file = self._files[relation]
        return self.keeps(relation, file.sql.text, file.reads)

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
        parts = [text, *(self._digest_for(relation, read) for read in sorted(reads))]
        made_of = hashlib.sha256("\0".join(parts).encode(errors="surrogatepass")).hexdigest()
        self._digests[relation] = {_ANY: made_of}
        self.rows.pop(relation, None)
        last = self._last.get(relation)
        if last is None or last.made_of != made_of or relation in self._always:
            return False
        self.rows[relation] = last
        self._digests[relation] = last.digests
        return True

    def know(self, relation: str, count: int) -> None:
        """Notes how many rows a query has that was found not to be kept."""
        digests = self._digests.get(relation, {_ANY: ""})
        self.rows[relation] = Rows(digests[_ANY], digests, count)

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
            count = self._filled(place, file.sql)
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
        if self._last is not None:
            columns = [column[0] for column in self._connection.execute(f"from {relation} limit 0").description or ()]
            digests = self._of_rows({relation: columns})[relation]
            self._digests[relation] = digests
            self.rows[relation] = Rows(self.rows[relation].made_of, digests, count)

    def _filled(self, place: str, sql: SqlFile) -> int:
        """Makes a table of a file's query, in parts where it needs more memory than there is. Returns its rows.

        What DuckDB aggregates into long values, such as texts, or into very many rows, it cannot always keep on the
        disk. A view whose key has one of RANGE_COLUMNS is computed for one range of its values after the other; not the
        user's, whose ids may be missing.

        Raises:
            duckdb.OutOfMemoryException: that is too little, too.
        """
        key = sql.key.columns if sql.key and sql.subject else ()
        column = next((name for name in RANGE_COLUMNS if name in key), None)
        made = f"create or replace table {place} as"
        if column is None:
            [[count]] = execute(self._connection, f"{made}\n{sql.text}")
            return int(count)
        with suppress(duckdb.OutOfMemoryException):
            [[count]] = self._connection.execute(f"{made}\n{sql.text}").fetchall()
            return int(count)
        whole = f"from (\n{sql.text}\n) as whole"
        self._connection.execute(f"{made} {whole} limit 0")
        rows = queries.rows(self._connection, "catalog/id_parts")
        parts = [row["condition"] for row in rows if row["id_column"] == column] or ["true"]
        counts = (execute(self._connection, f"insert into {place} {whole} where {part}") for part in parts)
        return sum(int(count) for [[count]] in counts)

    def _digest_for(self, reader: str, read: str) -> str:
        """What stands for the rows of a relation that a reader uses; empty where there is no such relation."""
        digests = self._digests.get(read)
        return "" if digests is None else digests[reader if reader in digests else _ANY]

    def _loaded_digests(self) -> dict[str, Mapping[str, str]]:
        """Of the rows of each loaded table, without what dlt notes of each load."""
        there = self._connection.execute(
            "select view_name from duckdb_views() where database_name = current_database() and schema_name in ?",
            [list(PUBLIC_SCHEMAS)],
        ).fetchall()
        columns = {f"{schema_of(name)}.{name}": [column.name for column in TABLES[name].columns] for (name,) in there}
        return self._of_rows(columns)

    def _of_rows(self, columns: Mapping[str, Sequence[str]]) -> dict[str, Mapping[str, str]]:
        """Digests of relations' rows, in whatever order, by relation and reader; `columns` has all columns of each."""
        hashes = {
            relation: {
                _ANY: _hash(names),
                **{file.sql.relation: self._hash(file, relation, names) for file in self._readers.get(relation, ())},
            }
            for relation, names in columns.items()
        }
        sets = {relation: sorted({*found.values()}) for relation, found in hashes.items()}
        queries = [
            f"select {literal(relation)}, [{', '.join(hashed)}] from {relation} as each"
            for relation, hashed in sets.items()
        ]
        digests: dict[str, Mapping[str, str]] = {}
        for relation, values in execute(self._connection, " union all ".join(queries)) if queries else ():
            value = dict(zip(sets[relation], values, strict=True))
            digests[relation] = {reader: value[hashed] for reader, hashed in hashes[relation].items()}
        return digests

    def _hash(self, file: Parsed, relation: str, columns: Sequence[str]) -> str:
        """The expression of a digest of the columns of a relation that a file uses."""
        name = file.sql.relation
        if name not in self._uses:
            self._uses[name] = used_columns(file.query)
        used = self._uses[name][relation]
        return _hash([column for column in columns if used is None or column.lower() in used])


_ANY = ""
"""Whoever reads it."""


def _hash(columns: Sequence[str]) -> str:
    hashed = ", ".join(f"each.{quoted(column)}" for column in columns)
    return f"concat(count(*), ' ', sum(hash({hashed})))" if columns else "concat(count(*), '')"


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
    for report in computation.reports():
        computation.compute_report(report)
    return computation
