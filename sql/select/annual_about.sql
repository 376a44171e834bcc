-- One row: when a file was published, and how it counts.
--
-- columns:
--   published_at: as in reports.about, with what follows.
--   counting_rules: how it counts.

select
    published_at,
    counting_rules
from reports.about
