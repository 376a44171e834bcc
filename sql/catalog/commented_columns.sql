-- One row per column of the reports in a published file, with the comments that the file has on them.
--
-- columns:
--   schema_name: the schema.
--   table_name: the report.
--   table_comment: what the report is; NULL when nothing says.
--   column_name: the column.
--   data_type: its DuckDB type.
--   column_comment: what the column means; NULL when nothing says.

select
    reports.schema_name,
    reports.table_name,
    reports.comment as table_comment,
    described.column_name,
    described.data_type,
    described.comment as column_comment
from duckdb_tables() as reports
inner join duckdb_columns() as described
    on
        reports.database_name = described.database_name
        and reports.schema_name = described.schema_name
        and reports.table_name = described.table_name
where reports.database_name = current_database() and reports.schema_name in ('reports', 'operations')
order by reports.schema_name, reports.table_name, described.column_index
