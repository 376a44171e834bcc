-- One row per difference between answers and what is declared, with its latest example.
--
-- columns:
--   table_name: as in operations.schema_drift, with what follows.
--   field: the field.
--   problem: what is wrong with it.
--   found_type: what was found.
--   article_id: an article where it is so.
--   last_refresh_id: the last refresh that found it.

select
    table_name,
    field,
    problem,
    found_type,
    max(article_id) as article_id,
    max(refresh_id) as last_refresh_id
from operations.schema_drift
group by table_name, field, problem, found_type
order by table_name, field
