-- One row: what is published, and as of when.
--
-- columns:
--   published_at: as in reports.about, with what follows.
--   refreshed_at: when a refresh last went through.
--   listed_to: up to when the articles are complete.
--   usage_complete_to: up to when usage is known.
--   usage_known_ratio: share of the articles of which it is.
--   data_tests_failed: data tests that failed.

select
    published_at,
    refreshed_at,
    listed_to,
    usage_complete_to,
    usage_known_ratio,
    data_tests_failed
from reports.about
