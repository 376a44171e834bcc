-- One row per column of the tables and views of a schema.
--
-- parameters:
--   schema_name: the schema.
--
-- columns:
--   table_name: the table or view.
--   column_name: the column.
--   data_type: its DuckDB type.

select
    table_name,
    column_name,
    data_type
from duckdb_columns()
where database_name = current_database() and schema_name = $schema_name
