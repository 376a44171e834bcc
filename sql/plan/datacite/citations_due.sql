-- One row per DOI of the repository whose citing works have to be read: it is cited, and DataCite says something else
-- of it than when they were last read.
--
-- The time at which its record moved counts, too: one work may have come and another gone. DOIs that others have below
-- the same prefix are not asked for.
--
-- columns:
--   doi: the DOI.
--   citation_count: how many works cite it, as DataCite says.
--   updated_at: when its record last moved (UTC).

select
    own.doi,
    own.citation_count,
    own.updated_at
from intermediate.int_dois as own
left join datacite.citation_readings on own.doi = citation_readings.doi
where
    own.citation_count > 0
    and (
        citation_readings.doi is null
        or citation_readings.citation_count is distinct from own.citation_count
        or citation_readings.updated_at is distinct from own.updated_at
    )
order by citation_readings.read_at nulls first, own.doi
