"""Statements with names and texts in them where no parameter can stand: each quotes what it is given.

What only asks is a file in `sql`; what is here changes with the names that there are.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Literal

from figshare_warehouse.database.names import literal, quoted


def relation(schema: str, name: str) -> str:
    """Returns a table's or view's name with its schema, quoted."""
    return f"{quoted(schema)}.{quoted(name)}"


def all_rows(schema: str, name: str, is_ordered: bool = False) -> str:
    """Returns the query of all rows, perhaps in the order of their columns from left to right."""
    return f"select * from {relation(schema, name)}{' order by all' if is_ordered else ''}"


def rows_between(schema: str, name: str, column: str, first: date, last: date) -> str:
    """Returns the query of the rows of a period.

    Args:
        schema: the schema of the table.
        name: its name.
        column: a column of days, or of times.
        first: the first day.
        last: the last day.
    """
    return f"{all_rows(schema, name)} where cast({quoted(column)} as date) between {_day(first)} and {_day(last)}"


def macro_rows(schema: str, name: str, first: date, last: date) -> str:
    """Returns the query of all rows of a macro that takes a period; arguments as `rows_between`."""
    return f"select * from {relation(schema, name)}({_day(first)}, {_day(last)})"


def use_schemas(names: Iterable[str]) -> str:
    """Returns the statement after which names of tables in these schemas need no schema."""
    return f"set search_path = {literal(','.join(names))}"


def of_query(query: str) -> str:
    """Returns a query of the same rows, with different names of columns; `query` may end with a comment."""
    return f"select * from (\n{query}\n)"


def ordered(query: str) -> str:
    """Returns a query of the same rows in the order of their columns from left to right."""
    return f"select * from ({query}) order by all"


def none_of(query: str) -> str:
    """Returns a query of no row, for the columns of another."""
    return f"select * from ({query}) limit 0"


def count_of(query: str) -> str:
    """Returns the query of the number of rows of another."""
    return f"select count(*) from ({query})"


def any_row(schema: str, name: str) -> str:
    """Returns the query of whether there is a row."""
    return f"select 1 from {relation(schema, name)} limit 1"


def compute(schema: str, name: str) -> str:
    """Returns the statement that computes a view as a temporary table of its name, or computes it again."""
    return f"create or replace temp table {quoted(name)} as select * from {relation(schema, name)}"


def no_rows(schema: str, name: str) -> str:
    """Returns the query of no row, for the columns."""
    return f"select * from {relation(schema, name)} limit 0"


def row_count(schema: str, name: str, reads_values: bool = False) -> str:
    """Returns the query of the number of rows, which reads every value of them where that is wanted."""
    return f"select count(*){', count(columns(*))' if reads_values else ''} from {relation(schema, name)}"


def key_count(schema: str, name: str, key: Iterable[str]) -> str:
    """Returns the query of the number of rows, and of different values that they have in the columns of a key."""
    return f"select count(*), count(distinct row({', '.join(map(quoted, key))})) from {relation(schema, name)}"


def values_of(schema: str, name: str, column: str) -> str:
    """Returns the query of the different values of a column."""
    return f"select distinct {quoted(column)} from {relation(schema, name)}"


def copy_to(path: Path, query: str, options: str) -> str:
    """Returns the statement that writes a query's rows to a file.

    Args:
        path: the file.
        query: the query.
        options: as DuckDB takes them, of our own making.
    """
    return f"copy ({query}) to {literal(str(path))} ({options})"


def attach(path: Path, name: str, options: str) -> str:
    """Returns the statement that attaches a database file; arguments as `copy_to`."""
    return f"attach {literal(str(path))} as {quoted(name)} ({options})"


def attach_memory(name: str) -> str:
    """Returns the statement that attaches a database in memory, which can be written also beside one that cannot."""
    return f"attach ':memory:' as {quoted(name)} (read_write)"


def detach(name: str, must_exist: bool = True) -> str:
    """Returns the statement that detaches a database."""
    return f"detach {'' if must_exist else 'database if exists '}{quoted(name)}"


def copy_database(name: str, new: str) -> str:
    """Returns the statement that copies all that is in a database into another, which is empty."""
    return f"copy from database {quoted(name)} to {quoted(new)}"


def checkpoint() -> str:
    """Returns the statement that writes the log of the current database into its file."""
    return "checkpoint"


def use(name: str) -> str:
    """Returns the statement that makes a database the current one."""
    return f"use {quoted(name)}"


def current_database() -> str:
    """Returns the query of the current database's name."""
    return "select current_database()"


def rename_table(schema: str, name: str, new: str) -> str:
    """Returns the statement that gives a table another name."""
    return f"alter table {relation(schema, name)} rename to {quoted(new)}"


def rename_column(schema: str, name: str, column: str, new: str) -> str:
    """Returns the statement that gives a column another name."""
    return f"alter table {relation(schema, name)} rename column {quoted(column)} to {quoted(new)}"


def delete_found(schema: str, name: str, columns: Iterable[str], found: str) -> str:
    """Returns the statement that deletes the rows of which the values of some columns are among the rows found.

    Args:
        schema: the schema of the table.
        name: its name.
        columns: the columns, which those found have, too.
        found: the name of what holds them.
    """
    listed = ", ".join(map(quoted, columns))
    return f"delete from {relation(schema, name)} where ({listed}) in (select ({listed}) from {quoted(found)})"


def describe(query: str) -> str:
    """Returns the statement that tells the columns of a query, which begins in its second line."""
    return f"describe\n{query}"


def create_schema(name: str) -> str:
    """Returns the statement that makes a schema, unless it is there."""
    return f"create schema if not exists {quoted(name)}"


def create_table(schema: str, name: str, columns: Mapping[str, str]) -> str:
    """Returns the statement that makes an empty table; `columns` are column → DuckDB type."""
    listed = ", ".join(f"{quoted(column)} {type_}" for column, type_ in columns.items())
    return f"create table {relation(schema, name)} ({listed})"


def insert_row(schema: str, name: str, columns: Sequence[str]) -> str:
    """Returns the statement that adds a row, of whose columns the values are given with it."""
    named = ", ".join(map(quoted, columns))
    return f"insert into {relation(schema, name)} ({named}) values ({', '.join('?' * len(columns))})"


def add_column(schema: str, name: str, column: str, type_: str) -> str:
    """Returns the statement that adds a column to a table, NULL in all rows."""
    return f"alter table {relation(schema, name)} add column {quoted(column)} {type_}"


def create_table_as(schema: str, name: str, query: str) -> str:
    """Returns the statement that makes a table of a query's rows; the query begins in its second line."""
    return f"create table {relation(schema, name)} as\n{query}"


def create_view(schema: str, name: str, query: str) -> str:
    """Returns the statement that makes a view; the query begins in its second line."""
    return f"create view {relation(schema, name)} as\n{query}"


def create_view_of(schema: str, name: str, database: str) -> str:
    """Returns the statement that makes a view of all rows that another database has under the same name."""
    return f"create view {relation(schema, name)} as select * from {quoted(database)}.{relation(schema, name)}"


def create_macro(schema: str, name: str, parameters: Iterable[str], expression: str) -> str:
    """Returns the statement that makes a macro, or makes it again; the expression begins in its second line."""
    return f"create or replace macro {relation(schema, name)}({', '.join(map(quoted, parameters))}) as\n{expression}"


def create_table_macro(schema: str, name: str, parameters: Iterable[str], query: str) -> str:
    """Returns the statement that makes a table macro, or makes it again; the query begins in its second line."""
    listed = ", ".join(map(quoted, parameters))
    return f"create or replace macro {relation(schema, name)}({listed}) as table\n{query}"


def call(schema: str, name: str) -> str:
    """Returns the query of a macro without parameters."""
    return f"select {relation(schema, name)}()"


def comment_on(schema: str, name: str, column: str, text: str) -> str:
    """Returns the statement that says what a table is, or, where one is named, a column of it."""
    what = f"column {relation(schema, name)}.{quoted(column)}" if column else f"table {relation(schema, name)}"
    return f"comment on {what} is {literal(text)}"


def comment_on_macro(schema: str, name: str, text: str) -> str:
    """Returns the statement that says what a table macro is."""
    return f"comment on macro table {relation(schema, name)} is {literal(text)}"


def drop(kind: Literal["table", "view", "macro table"], schema: str, name: str) -> str:
    """Returns the statement that drops a table, a view or a macro."""
    return f"drop {kind} {relation(schema, name)}"


def drop_schema(name: str) -> str:
    """Returns the statement that drops a schema, if it is there, and all that is in it."""
    return f"drop schema if exists {quoted(name)} cascade"


def _day(day: date) -> str:
    return f"date {literal(day.isoformat())}"
