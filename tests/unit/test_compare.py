"""What compares two published files finds each difference, and none where there is none but names."""

from __future__ import annotations

from pathlib import Path

import duckdb

from tests.compare import differences

RENAMED = {"reports.a": "reports.b", "reports.a.item_id": "article_id", "reports.when": ""}


def _file(path: Path, *statements: str) -> Path:
    with duckdb.connect(str(path)) as connection:
        for statement in ("create schema reports", *statements):
            connection.execute(statement)
    return path


def test_names_alone_are_no_difference(tmp_path: Path) -> None:
    old = _file(
        tmp_path / "old.duckdb",
        'create table reports.a as select 1 as item_id, 0.1::double + 0.2::double as "a, ""b"""',
        "create table reports.when as select 1 as at",
    )
    new = _file(
        tmp_path / "new.duckdb",
        'create table reports.b as select 1 as article_id, 0.3::double as "a, ""b"""',
        "create table reports.when as select 2 as at",
    )
    assert differences(old, new, RENAMED) == []
    assert differences(old, new, {}) == [
        "reports.a: not in the new file",
        "reports.when: 1 rows only in the old file, such as (1,)",
        "reports.when: 1 rows only in the new file, such as (2,)",
        "reports.b: only in the new file",
    ]


def test_rows_and_columns_that_differ_are_said(tmp_path: Path) -> None:
    old = _file(tmp_path / "old.duckdb", "create table reports.a as select * from (values (1, 2), (1, 2)) as t (x, y)")
    new = _file(tmp_path / "new.duckdb", "create table reports.a as select 1 as x, 3 as z")
    assert differences(old, new, {}) == [
        "reports.a: no column y in the new file",
        "reports.a: column z only in the new file",
        "reports.a: 1 rows only in the old file, such as (1,)",
    ]
