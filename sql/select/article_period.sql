-- One row: how an article was used in a period, as in reports.usage_between, also where no institution lists it.
--
-- parameters:
--   article_id: the article.
--   from_day: the first day.
--   to_day: the last day.

with
months as (
    select * from reports.other_article_usage_by_month
    where article_id = $article_id
),

unlisted as (
    select
        article_id,
        usage_complete_to,
        date_trunc('month', published_on) as published_month
    from reports.other_articles
    where article_id = $article_id
),

beginnings as (
    select
        unlisted.article_id,
        unlisted.usage_complete_to,
        least(min(months.month), any_value(unlisted.published_month)) as began_on
    from unlisted
    left join months on unlisted.article_id = months.article_id
    group by unlisted.article_id, unlisted.usage_complete_to
),

in_period as (
    select * from months
    where month between date_trunc('month', cast($from_day as date)) and $to_day
),

spans as (
    select
        article_id,
        case when usage_complete_to is not null then least(usage_complete_to, cast($to_day as date)) end as complete_to,
        greatest(
            date_diff('month', greatest(began_on, date_trunc('month', cast($from_day as date))), $to_day) + 1, 0
        ) as month_count
    from beginnings
),

others as (
    select
        cast(sum(in_period.views) as bigint) as views,
        cast(sum(in_period.downloads) as bigint) as downloads,
        cast(sum(in_period.shares) as bigint) as shares,
        any_value(spans.month_count) as month_count,
        count(
            case when in_period.views is not null and in_period.downloads is not null then 1 end
        ) as known_month_count,
        any_value(spans.complete_to) as usage_complete_to
    from spans
    left join in_period on spans.article_id = in_period.article_id
    group by spans.article_id
),

listed as (
    select
        views,
        downloads,
        shares,
        months_known_ratio,
        usage_complete_to
    from reports.usage_between($from_day, $to_day)
    where article_id = $article_id
    qualify row_number() over (order by institution_id) = 1
)

select * from listed
union all
select
    case when month_count = 0 then 0 else views end as views,
    case when month_count = 0 then 0 else downloads end as downloads,
    case when month_count = 0 then 0 else shares end as shares,
    case when month_count = 0 then 1.0 else cast(known_month_count as double) / month_count end as months_known_ratio,
    usage_complete_to
from others
