-- One row per institution of some.
--
-- parameters:
--   institution_ids: these.
--
-- columns:
--   institution_id: as in reports.institution_summary, with what follows.
--   institution_name: its name.
--   completed_at: when its listing was last read to its end.

select
    institution_id,
    institution_name,
    completed_at
from reports.institution_summary
where list_contains($institution_ids, institution_id)
