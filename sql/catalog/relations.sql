-- One row per table and view of a database, by name.
--
-- parameters:
--   database_name: the database; NULL for the current one.
--
-- columns:
--   schema_name: the schema it is in.
--   relation_name: its name.
--   is_view: whether it is a view.

select
    schema_name,
    table_name as relation_name,
    false as is_view
from duckdb_tables()
where database_name = coalesce($database_name, current_database())
union all
select
    schema_name,
    view_name as relation_name,
    true as is_view
from duckdb_views()
where database_name = coalesce($database_name, current_database()) and not internal
order by schema_name, relation_name
