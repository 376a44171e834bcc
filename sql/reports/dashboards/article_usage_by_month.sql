-- One row per item and month of whose usage anything is known.
--
-- Figshare's own counts, not COUNTER's. There is a row, of 0 where there was no usage, for each month from the item's
-- first date, or from earlier usage by a private link, to the last one known. For dashboards: join by `article_id` to
-- reports.article_main; summed by `month` it is the timeline of all.
--
-- key: article_id, month
-- columns:
--   article_id: The item: reports.article_main.article_id.
--   month_year: Year of the month.
--   month_number: Month of the year, 1 to 12.
--   views: Views in the month; NULL when not known.
--   downloads: Downloads in the month; NULL when not known.
--   observed_at: When the figures were given, the earlier of them (UTC); the current month counts up to then.

with
months as (select * from intermediate.int_usage_by_month where entity_type = 'article')

select
    items.article_id,
    months.month,
    cast(extract(year from months.month) as integer) as month_year,
    cast(extract(month from months.month) as integer) as month_number,
    months.views,
    months.downloads,
    months.observed_at
from reports.article_main as items
inner join months on items.article_id = months.entity_id
