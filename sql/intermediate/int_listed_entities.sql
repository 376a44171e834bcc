-- One row per institution and collection or project that a listing of it currently holds and whose record is held.
--
-- A listing holds what its last complete reading showed, or a later one that was broken off. What was not shown and
-- whose record was still found stays, except in the listing of a group that its record does not name. Withdrawn ones
-- are left out, also where a listing still shows them; and those of a group's listing that was last read before that of
-- the whole institution.
--
-- columns:
--   institution_id: The institution that the listing is limited to.
--   entity_type: collection or project.
--   entity_id: Figshare's id of it.

with
listings as (
    select
        listing,
        entity_type,
        institution_id,
        group_id,
        refresh_id,
        max(case when group_id is null then refresh_id end) over (
            partition by institution_id, entity_type
        ) as whole_refresh_id
    from figshare.entity_listings
),

present_listings as (
    select * from listings
    where group_id is null or whole_refresh_id is null or refresh_id > whole_refresh_id
),

records as (
    select
        'collection' as entity_type,
        collection_id as entity_id,
        group_id
    from figshare.collections
    union all
    select
        'project' as entity_type,
        project_id as entity_id,
        group_id
    from figshare.projects
)

select distinct
    present_listings.institution_id,
    present_listings.entity_type,
    listed_entities.entity_id
from figshare.listed_entities
inner join present_listings on listed_entities.listing = present_listings.listing
inner join records
    on
        present_listings.entity_type = records.entity_type
        and listed_entities.entity_id = records.entity_id
left join figshare.entity_checks as checks
    on
        present_listings.entity_type = checks.entity_type
        and listed_entities.entity_id = checks.entity_id
where
    checks.missing_since is null
    and (
        listed_entities.refresh_id >= present_listings.refresh_id
        or present_listings.group_id is null
        or present_listings.group_id = records.group_id
    )
