-- One row per institution that is followed, with the version of Figshare's API that it last answered with.
--
-- columns:
--   institution_id: as in operations.listings.
--   api_version: v2, v3, or `not asked yet`.
--   since: when it was first found on it (UTC); NULL when not asked yet.

with
followed as (
    select distinct institution_id
    from operations.listings
    where institution_id is not null
),

last_found as (
    select
        institution_id,
        arg_max(api_version, found_at) as api_version,
        max(found_at) as since
    from operations.api_versions
    group by institution_id
)

select
    followed.institution_id,
    coalesce(last_found.api_version, 'not asked yet') as api_version,
    last_found.since
from followed
left join last_found on followed.institution_id = last_found.institution_id
order by followed.institution_id
