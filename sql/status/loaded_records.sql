-- One row per kind of record that is loaded.
--
-- columns:
--   kind: articles, authorships and so on.
--   record_count: how many.
--   oldest_read_at: when the oldest of them was read.
--   newest_read_at: when the newest was.

select
    kind,
    record_count,
    oldest_read_at,
    newest_read_at
from operations.loaded_records
