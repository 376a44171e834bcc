-- One row per report in this file, with how large it was when it was published.
--
-- For `figshare-warehouse publish --check`, and to see what there is.
--
-- columns:
--   report: Name of the report, a table.
--   schema_name: The schema that it is in, `internal`.
--   column_count: Columns it has.
--   row_count: Rows it has.

select
    unnest(cast($reports as varchar[])) as report,
    unnest(cast($schema_names as varchar[])) as schema_name,
    unnest(cast($column_counts as bigint[])) as column_count,
    unnest(cast($row_counts as bigint[])) as row_count
