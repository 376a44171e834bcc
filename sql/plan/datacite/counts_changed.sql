-- One row per DOI that was just read and of which a count differs from the last one that is held.
--
-- `fetched` are rows of `datacite.dois`.
--
-- parameters:
--   observed_on: the day (UTC).
--
-- columns: those of `datacite.doi_counts`.

with
last_counts as (
    select *
    from datacite.doi_counts
    qualify row_number() over (partition by doi order by observed_on desc) = 1
),

read_now as (
    select
        doi,
        prefix,
        cast($observed_on as date) as observed_on,
        citation_count,
        view_count,
        download_count,
        refresh_id
    from fetched
)

select read_now.*
from read_now
left join last_counts on read_now.doi = last_counts.doi
where
    last_counts.doi is null
    or last_counts.citation_count is distinct from read_now.citation_count
    or last_counts.view_count is distinct from read_now.view_count
    or last_counts.download_count is distinct from read_now.download_count
