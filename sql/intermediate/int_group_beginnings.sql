-- One row per group with any article in it or below it that is listed and loaded.
--
-- columns:
--   group_id: The group.
--   began_on: First day (UTC) of the month from which there can be usage of one of them.

with
items as (select * from intermediate.int_usage_items where entity_type = 'article')

select
    group_wholes.group_id,
    min(items.started_on) as began_on
from intermediate.int_group_wholes as group_wholes
inner join items on group_wholes.article_id = items.entity_id
group by group_wholes.group_id
