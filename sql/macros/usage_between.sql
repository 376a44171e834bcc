-- One row per article that an institution currently lists, with its usage in the months from one day to another.
--
-- Usage is known by month: each month that the period touches counts whole, the current one up to when it was read. An
-- article counts for the group, authors and so on that it has now. 0 is none, before the article began, too; NULL is
-- not known. Where `months_known_ratio` is below 1, the figures leave out the months that are not known; before an
-- article began there is none to know, and months that were still to come when the institution was last listed do not
-- count. Figshare's own counts, not COUNTER's. The macros usage_by_group_between and so on add up these rows, each
-- article as a whole; their ratio is that of all months of all their articles.
--
-- parameters:
--   from_day: the first day, for instance '2025-07-01'.
--   to_day: the last day, for instance '2026-06-30'.
--
-- columns:
--   views: Views in the months of the period; 0 is none, NULL not known.
--   downloads: Downloads in them, likewise.
--   shares: Shares in them, likewise.
--   month_count: Months of the period from the article's beginning on, up to when the institution was last listed.
--   known_month_count: Those of them whose views and downloads are known.
--   months_known_ratio: Known months divided by all of them; 1 when there is none.
--   usage_complete_to: Last day (UTC) in the period up to which views and downloads of every month are known; NULL when
--     they are not.

with
spans as (
    select
        institution_id,
        article_id,
        cast(to_day as date) as last_day,
        -- Of a period that is all to come the first month counts, so that nothing of it is said to be known.
        greatest(coalesce(listed_to, cast(to_day as date)), cast(from_day as date)) as begun_to,
        case
            when usage_complete_to is not null then least(usage_complete_to, cast(to_day as date))
        end as usage_complete_to,
        -- Months before its beginning are without usage.
        greatest(started_on, cast(date_trunc('month', cast(from_day as date)) as date)) as first_month
    from reports.article_usage_known
    where cast(from_day as date) <= cast(to_day as date)
),

sums as (
    select
        institution_id,
        entity_id as article_id,
        cast(sum(views_full) as bigint) as views,
        cast(sum(downloads_full) as bigint) as downloads,
        cast(sum(shares_full) as bigint) as shares,
        max(month) as last_month,
        count(case when views_full is not null and downloads_full is not null then 1 end) as known_month_count
    from reports.usage_by_month
    where
        entity_type = 'article'
        and month between cast(date_trunc('month', cast(from_day as date)) as date) and cast(to_day as date)
    group by institution_id, entity_id
),

counted as (
    select
        spans.institution_id,
        spans.article_id,
        spans.usage_complete_to,
        sums.views,
        sums.downloads,
        sums.shares,
        coalesce(sums.known_month_count, 0) as known_month_count,
        greatest(
            date_diff('month', spans.first_month, least(spans.last_day, greatest(spans.begun_to, sums.last_month))) + 1,
            0
        ) as month_count
    from spans
    left join sums on spans.institution_id = sums.institution_id and spans.article_id = sums.article_id
)

select
    articles.institution_id,
    articles.article_id,
    articles.title,
    articles.item_type,
    articles.group_id,
    articles.group_name,
    articles.published_on,
    case when counted.month_count = 0 then 0 else counted.views end as views,
    case when counted.month_count = 0 then 0 else counted.downloads end as downloads,
    case when counted.month_count = 0 then 0 else counted.shares end as shares,
    counted.month_count,
    counted.known_month_count,
    case
        when counted.month_count = 0 then 1.0
        else cast(counted.known_month_count as double) / counted.month_count
    end as months_known_ratio,
    counted.usage_complete_to
from reports.articles as articles
inner join counted
    on articles.institution_id = counted.institution_id and articles.article_id = counted.article_id
