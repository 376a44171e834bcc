-- One row per temporary table of this connection.
select table_name
from duckdb_tables()
where database_name = 'temp'
