-- One row per institution that the warehouse knows of: by name, by its groups, or only by a listing.
--
-- columns:
--   institution_id: The institution.
--   institution_name: Its name: the user's, else Figshare's, which is known of a token's own institution, and sometimes
--     from the list of portals; NULL when not known.
--   is_listed: Whether the whole institution's listing was ever read to its end.

with
listing_names as (
    select distinct listing
    from figshare.listed_articles
),

found_names as (
    select
        institution_id,
        arg_max(institution_name, found_at) as institution_name
    from figshare.found_institutions
    group by institution_id
),

institution_ids as (
    select id as institution_id
    from figshare.institutions
    union
    select institution_id
    from intermediate.int_named_groups
    union
    select institution_id
    from figshare.listings
    union
    -- A listing that was never read to its end is known only by its name: `institution 1` or
    -- `institution 1 group 2`.
    select try_cast(regexp_extract(listing, '^institution ([0-9]+)', 1) as bigint) as institution_id
    from listing_names
)

select
    institution_ids.institution_id,
    coalesce(
        institution_names.institution_name, staging.blank_to_null(institutions.name), found_names.institution_name
    ) as institution_name,
    coalesce(listings.is_whole, false) as is_listed
from institution_ids
left join figshare.institutions on institution_ids.institution_id = institutions.id
left join figshare.institution_names on institution_ids.institution_id = institution_names.institution_id
left join intermediate.int_institution_listings as listings on institution_ids.institution_id = listings.institution_id
left join found_names on institution_ids.institution_id = found_names.institution_id
where institution_ids.institution_id is not null
