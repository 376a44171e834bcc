-- One row per refresh and way in which Figshare's answers differed from what is declared; the rest was loaded.
--
-- key: refresh_id, table_name, field, problem
-- columns:
--   table_name: The table whose records hold the field.
--   field: The field of Figshare's answer, a dot leading into an object.
--   problem: `unknown field`, `not a …` for a value that does not fit the type, `no key` for a record that cannot be
--     kept without it, or `given twice` for an id that one list gives more than once: it is kept once.
--   found_type: The JSON type that was found.
--   article_id: An article where it was found; NULL when it was none.
--   found_count: How often it was found in the last load of the refresh that found it.

select
    refresh_id,
    table_name,
    field,
    problem,
    example as found_type,
    article_id,
    found_count
from figshare.schema_drift
