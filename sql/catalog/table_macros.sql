-- One row per table macro of the schema `reports`.
--
-- columns:
--   function_name: its name.

select distinct function_name
from duckdb_functions()
where
    function_type = 'table_macro'
    and database_name = current_database()
    and schema_name = 'reports'
