-- One row per article that an institution published in a period, with its usage in it, the latest first.
--
-- parameters:
--   from_day: the first day.
--   to_day: the last day.
--   institution_id: the institution.
--
-- columns:
--   doi: its DOI, or its address where it has none.

with
outputs as (select * from reports.outputs_between($from_day, $to_day)),
article_usage as (select * from reports.usage_between($from_day, $to_day))

select
    outputs.published_on,
    outputs.title,
    outputs.authors,
    outputs.item_type,
    outputs.group_name,
    outputs.school,
    coalesce(outputs.doi, outputs.url) as doi,
    outputs.license,
    outputs.funders,
    outputs.categories,
    outputs.resource_doi,
    article_usage.views,
    article_usage.downloads,
    article_usage.shares,
    article_usage.months_known_ratio
from outputs
inner join article_usage
    on outputs.institution_id = article_usage.institution_id and outputs.article_id = article_usage.article_id
where outputs.institution_id = $institution_id
order by outputs.published_on desc, outputs.article_id asc
