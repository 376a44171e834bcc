-- One row of reports.articles for each article that was first public from one day to another, those days included, with
-- its usage from then to then in place of that of all time, and months_known_ratio, as in usage_between.
--
-- Articles that an institution currently lists; reports.withdrawn_articles has those that left.
--
-- parameters:
--   from_day: the first day, for instance '2025-07-01'.
--   to_day: the last day, for instance '2026-06-30'.

with
outputs as (
    select * exclude (views, downloads, shares, usage_as_of)
    from reports.articles
    where published_on between cast(from_day as date) and cast(to_day as date)
),

article_usage as (select * from reports.usage_between(from_day, to_day))

select
    outputs.*,
    article_usage.views,
    article_usage.downloads,
    article_usage.shares,
    article_usage.months_known_ratio
from outputs
inner join article_usage
    on outputs.institution_id = article_usage.institution_id and outputs.article_id = article_usage.article_id
