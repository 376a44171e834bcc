-- One row per citation of some DOIs, as it is to be held from now on: those that were just read, and those that
-- DataCite has no more.
--
-- `fetched_found` are rows of `datacite.citations` as if never seen before, `fetched_dois` has the DOIs that were asked
-- for.
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
)

select fetched_found.* replace (coalesce(held.first_seen_at, fetched_found.first_seen_at) as first_seen_at)
from fetched_found
left join held
    on
        fetched_found.cited_doi = held.cited_doi
        and fetched_found.citing_doi = held.citing_doi
        and fetched_found.relation = held.relation
        and fetched_found.source = held.source
union all by name
select held.*
from held
inner join fetched_dois on held.cited_doi = fetched_dois.doi
anti join fetched_found
    on
        held.cited_doi = fetched_found.cited_doi
        and held.citing_doi = fetched_found.citing_doi
        and held.relation = fetched_found.relation
        and held.source = fetched_found.source
