-- One row per prefix of the DOIs of articles and collections, and how its DOIs are knrecords.
--
-- columns:
--   doi_prefix: the prefix.
--   own_count: how many DOIs of the repository have it: for each article and collection, the bare one and one for each
--     version.
--   way: how it was last read, `list` or `dois`; NULL when never.
--   doi_count: how many DOIs DataCite said that it has; NULL when never read.
--   held_count: how many DOIs of it DataCite shows, as far as is held.
--   changes_known_to: up to when changes of them are known (UTC); NULL when not.
--   completed_at: when all of them were last read (UTC); NULL when never.

with
records as (
    select
        split_part(regexp_extract(lower(doi), '10\.[0-9.]+/'), '/', 1) as doi_prefix,
        1 + coalesce(version, 1) as doi_count
    from figshare.articles
    where doi like '%10.%/%'
    union all
    select
        split_part(regexp_extract(lower(doi), '10\.[0-9.]+/'), '/', 1) as doi_prefix,
        1 + coalesce(version, 1) as doi_count
    from figshare.collections
    where doi like '%10.%/%'
),

held as (
    select
        prefix,
        count(*) as held_count
    from datacite.dois
    where missing_since is null
    group by prefix
)

select
    records.doi_prefix,
    cast(sum(records.doi_count) as bigint) as own_count,
    any_value(doi_readings.way) as way,
    any_value(doi_readings.doi_count) as doi_count,
    coalesce(any_value(held.held_count), 0) as held_count,
    any_value(doi_readings.changes_known_to) as changes_known_to,
    any_value(doi_readings.completed_at) as completed_at
from records
left join datacite.doi_readings on records.doi_prefix = doi_readings.prefix
left join held on records.doi_prefix = held.prefix
where records.doi_prefix <> ''
group by records.doi_prefix
order by records.doi_prefix
