-- One row per institution, group, year and subject category of what was viewed.
--
-- They are Figshare's own figures of the group, not COUNTER's: an article in several categories counts in each, and the
-- figures of a group include its subgroups', so there is nothing to add up. Read are the present year and the one
-- before it.
--
-- key: institution_id, group_id, usage_year, category_id
-- columns:
--   group_id: Figshare's id of the group.
--   group_name: Its name; NULL when not known.
--   category_id: Figshare's id of the category; 0 where there was no view in the year.
--   category: Its title; NULL when not known.
--   views: Views of what is in the category, up to `counted_to`.
--   observed_at: When the figure was given (UTC).

with
categories as (
    select
        id as category_id,
        title as category
    from figshare.categories
),

category_usage as (
    select * from figshare.usage_categories
    where entity_type = 'group' and counter = 'views'
)

select
    groups.institution_id,
    groups.group_id,
    groups.group_name,
    groups.level,
    cast(extract(year from category_usage.first_on) as integer) as usage_year,
    category_usage.category_id,
    categories.category,
    category_usage.event_count as views,
    category_usage.last_on as counted_to,
    category_usage.observed_at
from intermediate.int_groups as groups
inner join category_usage on groups.group_id = category_usage.entity_id
left join categories on category_usage.category_id = categories.category_id
