"""Reads every table and comment of a published file, and calls a macro that calls others, with the DuckDB that is
installed: `old_driver.py FILE`.
"""

import sys

import duckdb

with duckdb.connect(sys.argv[1], read_only=True) as connection:
    tables = connection.execute("select schema_name, table_name, comment, column_count from duckdb_tables()").fetchall()
    columns = connection.execute(
        "select comment from duckdb_columns() where schema_name in ('reports', 'operations')"
    ).fetchall()
    assert len(tables) > 40, tables
    assert all(comment for _, _, comment, _ in tables)
    assert all(comment for (comment,) in columns)
    total = 0
    for schema, name, _, count in tables:
        found = connection.execute(f'select * from {schema}."{name}"').fetchall()
        assert all(len(row) == count for row in found)
        total += len(found)
    [[articles]] = connection.execute("select count(*) from reports.articles").fetchall()
    period = "reports.usage_by_institution_between('2025-07-01', '2026-06-30')"
    [[counted]] = connection.execute(f"select cast(sum(article_count) as bigint) from {period}").fetchall()
    assert counted == articles
print(f"DuckDB {duckdb.__version__} reads {len(tables)} tables, {total} rows")
