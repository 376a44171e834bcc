-- One row per report that a published file says it holds.
--
-- columns:
--   report: its name.
--   schema_name: the schema that it is in.
--   column_count: its columns, as the file says.
--   row_count: its rows, as the file says.
--   found_column_count: the columns that it has; NULL when it is not there.

select
    listed.report,
    coalesce(there.schema_name, 'reports') as schema_name,
    listed.column_count,
    listed.row_count,
    there.column_count as found_column_count
from reports.published_reports as listed
left join duckdb_tables() as there
    on
        there.database_name = current_database()
        and there.schema_name in ('reports', 'operations')
        and listed.report = there.table_name
order by listed.report
