-- One row: how many people there are.
--
-- columns:
--   author_count: in all.
--   orcid_author_count: those of them whose ORCID iD is known.

select
    count(*) as author_count,
    count(orcid) as orcid_author_count
from reports.authors
