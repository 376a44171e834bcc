-- One row per institution, group, month and country that the group's usage came from.
--
-- They are Figshare's own figures of the group, not COUNTER's, and not the sum of its items': a group above others
-- includes what is below it, so choose one level before adding up. For dashboards: summed by `group_id` and `country`
-- it is the map. With reports.article_main it is many to many by `group_id`: filter by it, never join and sum.
--
-- key: institution_id, group_id, month, country_code, country
-- columns:
--   institution_id: The institution.
--   group_id: The group.
--   group_name: Its name; NULL when not known.
--   views: Views; NULL when views by country are not known for the month.
--   downloads: Downloads; NULL when not known.

with
countries as (select * from intermediate.int_usage_by_country where entity_type = 'group')

select
    groups.institution_id,
    groups.group_id,
    groups.group_name,
    groups.parent_group_name,
    groups.level,
    countries.month,
    countries.country_code,
    countries.country,
    countries.views,
    countries.downloads,
    countries.observed_at
from intermediate.int_groups as groups
inner join countries on groups.group_id = countries.entity_id
