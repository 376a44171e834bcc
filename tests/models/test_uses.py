"""Which columns a query uses: never too few, as resolving them all shows; hardly too many."""

from __future__ import annotations

import pytest
import sqlglot
from sqlglot import exp
from sqlglot.optimizer.pushdown_projections import pushdown_projections
from sqlglot.optimizer.scope import traverse_scope

from figshare_warehouse.models import lineage, views
from figshare_warehouse.models.sqlfiles import SCHEMAS, TESTS
from figshare_warehouse.models.uses import used_columns
from figshare_warehouse.tables import duckdb_columns, schema_of


def uses(text: str) -> dict[str, set[str] | None]:
    query = sqlglot.parse_one(text, dialect="duckdb")
    assert isinstance(query, exp.Query)
    return used_columns(query)


@pytest.mark.parametrize(
    ("text", "used"),
    [
        ("select a from s.t", {"a"}),
        ("select count(*) from s.t", set()),
        ("select A, x.b from s.t as x where c order by d", {"a", "b", "c", "d"}),
        ("select * from s.t", None),
        ("select x.* exclude (a) from s.t as x", None),
        ("with x as (select * from s.t where c) select a from x where b", {"a", "b", "c"}),
        ("with x as (select *, a + 1 as d from s.t), y as (select * from x) select y.b from y", {"a", "b"}),
        ("with x as (select * from s.t) select * from x", None),
        ("with x as (select * from s.t) select * from (select * from x)", None),
        # How many rows there are depends on all of them.
        ("with x as (select distinct * from s.t) select a from x", None),
        ("with x as (select * from s.t group by all) select a from x", None),
        ("with x as (select * from s.t union select * from s.t) select a from x", None),
        ("select x from s.t as x", None),
        ("select max(t) from s.t", None),
        ("select a from s.t natural join s.u", None),
        ("select columns('a.*') from s.t", None),
        ("select b from s.t as x (a, b)", None),
        ("with x as (pivot s.t on a using sum(b)) select x.c from x", None),
        ("select 1 from s.u where exists (select 1 from s.t where t.a = u.b)", {"a"}),
        ("select u.c from s.u left join s.t using (a)", {"a"}),
    ],
)
def test_the_columns_that_a_query_uses(text: str, used: set[str] | None) -> None:
    assert uses(text)["s.t"] == used


def test_a_common_table_names_columns_of_its_own_sources_only() -> None:
    used = uses("with x as (select a from s.t), y as (select b from s.u where c) select x.a from x, y")
    assert used == {"s.t": {"a"}, "s.u": {"b", "c"}}


def test_of_our_files_no_column_is_left_out() -> None:
    files = views.parsed_files(schemas=(*SCHEMAS, TESTS))
    columns = {f"{schema_of(table)}.{table}": dict(there) for table, there in duckdb_columns().items()}
    columns |= {file.sql.relation: {note.name: "UNKNOWN" for note in file.sql.notes} for file in files}
    all_found = all_needed = 0
    for file in files:
        needed: dict[str, set[str]] = {}
        query = pushdown_projections(lineage.qualified(file, columns))
        for scope in traverse_scope(query):
            for column in scope.columns:
                source = scope.sources.get(column.table)
                if isinstance(source, exp.Table):
                    needed.setdefault(f"{source.db}.{source.name}", set()).add(column.name)
        used = used_columns(file.query)
        assert set(used) == set(file.reads)
        for relation, names in used.items():
            found = set(columns[relation]) if names is None else names & set(columns[relation])
            assert needed.get(relation, set()) <= found, (file.sql.relation, relation)
            all_found += len(found)
            all_needed += len(needed.get(relation, set()))
    assert all_found < 1.1 * all_needed
