-- One row per citation of DOIs that nothing cites any more, as DataCite says, though some that are held did: as it is
-- to be held from now on.
--
-- parameters:
--   now: the time now (UTC).
--   refresh_id: this refresh.
--
-- columns: those of `datacite.citations`.

with
held as (
    select
        * replace (
            coalesce(withdrawn_at, cast($now as timestamp)) as withdrawn_at,
            $refresh_id as refresh_id
        )
    from datacite.citations
),

standing as (
    select distinct cited_doi
    from datacite.citations
    where withdrawn_at is null
)

select held.*
from held
inner join standing on held.cited_doi = standing.cited_doi
inner join datacite.dois on held.cited_doi = dois.doi
where dois.missing_since is null and dois.citation_count = 0
