-- One row per report that an internal file says it holds; columns as those of `published_reports`.

select
    listed.report,
    'internal' as schema_name,
    listed.column_count,
    listed.row_count,
    there.column_count as found_column_count
from internal.published_reports as listed
left join duckdb_tables() as there
    on
        there.database_name = current_database()
        and there.schema_name = 'internal'
        and listed.report = there.table_name
order by listed.report
