-- One row per recommended part of the metadata: how many items have it, the part that most lack first.
--
-- parameters:
--   institution_id: items that this institution lists.
--   group_ids: items in these groups; NULL for any.
--
-- columns:
--   part: license, description, categories, keywords, orcid, funding, references or readme, as in
--     reports.metadata_completeness.
--   item_count: items that have it.
--   missing_count: items that are known to lack it; of others it is not known.
--   item_ratio: share of those that have it among both; NULL where of none it is known.

with
items as (
    select * from reports.metadata_completeness
    where
        institution_id = $institution_id
        and ($group_ids is null or list_contains(cast($group_ids as bigint[]), group_id))
),

names as (
    select unnest(
        ['license', 'description', 'categories', 'keywords', 'orcid', 'funding', 'references', 'readme']
    ) as part
),

parts as (
    select
        names.part,
        case names.part
            when 'license' then items.has_license
            when 'description' then items.has_description
            when 'categories' then items.has_categories
            when 'keywords' then items.has_keywords
            when 'orcid' then items.has_orcid
            when 'funding' then items.has_funding
            when 'references' then items.has_references
            when 'readme' then items.has_readme
        end as has_part
    from items
    cross join names
)

select
    part,
    count(case when has_part then 1 end) as item_count,
    count(case when not has_part then 1 end) as missing_count,
    avg(cast(has_part as integer)) as item_ratio
from parts
group by part
order by missing_count desc, part asc
