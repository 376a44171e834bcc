-- One row per institution that the warehouse knows of: by name, by its groups, or only by a listing.
--
-- columns:
--   institution_id: The institution.
--   institution_name: Its name; NULL when not known (only a token's own institution is known by name).
--   completed_at: When its listing was last read to its end (UTC): the whole institution's; when only groups are
--     followed, the earliest of theirs. NULL when no listing was ever read to its end.
--   is_listed: Whether the whole institution's listing was ever read to its end.

with
listing_names as (
    select distinct listing
    from figshare.listed_articles
),

institution_ids as (
    select id as institution_id
    from figshare.institutions
    union
    select institution_id
    from figshare.groups
    union
    select institution_id
    from figshare.listings
    union
    -- A listing that was never read to its end is known only by its name: `institution 1` or
    -- `institution 1 group 2`.
    select try_cast(regexp_extract(listing, '^institution ([0-9]+)', 1) as bigint) as institution_id
    from listing_names
),

completions as (
    select
        institution_id,
        max(completed_at) filter (where nullif(group_id, 0) is null) as whole_completed_at,
        min(completed_at) as group_completed_at
    from figshare.listings
    group by institution_id
)

select
    institution_ids.institution_id,
    nullif(trim(institutions.name), '') as institution_name,
    coalesce(completions.whole_completed_at, completions.group_completed_at) as completed_at,
    completions.whole_completed_at is not null as is_listed
from institution_ids
left join figshare.institutions on institution_ids.institution_id = institutions.id
left join completions on institution_ids.institution_id = completions.institution_id
where institution_ids.institution_id is not null
