-- One row per article whose views and downloads are known for every month: those of its last complete month beside
-- those of the twelve months before.
--
-- Since every month is known, a month without a figure is one without usage. Months before there could be any usage do
-- not count as months before.
--
-- columns:
--   article_id: The article.
--   month: First day (UTC) of the last month that was over when its usage was last known.
--   month_count_before: Of the twelve months before that, those in which there could be usage.
--   views: Views in the month.
--   downloads: Downloads in the month.
--   views_before: Views in the months before, together.
--   downloads_before: Downloads in the months before, together.
--   views_since: Views after the month, up to `known_to`.
--   downloads_since: Downloads after the month, up to `known_to`.
--   known_to: Last day (UTC) up to which every month is known.

with
items as (select * from intermediate.int_usage_items where entity_type = 'article'),
months as (select * from intermediate.int_usage_by_month where entity_type = 'article'),

windows as (
    -- The month of the last day known is not over: that day is not, even if it is the month's last.
    select
        months_known.article_id,
        months_known.known_to,
        cast(date_trunc('month', months_known.known_to) - to_months(1) as date) as month,
        greatest(
            cast(date_trunc('month', months_known.known_to) - to_months(13) as date),
            cast(date_trunc('month', items.started_on) as date)
        ) as first_month
    from intermediate.int_usage_months_known as months_known
    inner join items on months_known.article_id = items.entity_id
),

sums as (
    select
        months.entity_id as article_id,
        sum(case when months.month = windows.month then months.views end) as views,
        sum(case when months.month = windows.month then months.downloads end) as downloads,
        sum(case when months.month < windows.month then months.views end) as views_before,
        sum(case when months.month < windows.month then months.downloads end) as downloads_before,
        sum(case when months.month > windows.month then months.views end) as views_since,
        sum(case when months.month > windows.month then months.downloads end) as downloads_since
    from months
    inner join windows on months.entity_id = windows.article_id
    where months.month >= windows.first_month
    group by months.entity_id
)

select
    windows.article_id,
    windows.month,
    date_diff('month', windows.first_month, windows.month) as month_count_before,
    cast(coalesce(sums.views, 0) as bigint) as views,
    cast(coalesce(sums.downloads, 0) as bigint) as downloads,
    cast(coalesce(sums.views_before, 0) as bigint) as views_before,
    cast(coalesce(sums.downloads_before, 0) as bigint) as downloads_before,
    cast(coalesce(sums.views_since, 0) as bigint) as views_since,
    cast(coalesce(sums.downloads_since, 0) as bigint) as downloads_since,
    windows.known_to
from windows
left join sums on windows.article_id = sums.article_id
-- What began only after the month is not compared.
where windows.first_month <= windows.month
