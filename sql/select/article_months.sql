-- One row per month of an article of whose usage anything is known, the latest first.
--
-- parameters:
--   article_id: the article.
--   from_day: only months that the days from this one on touch; NULL for all.
--   to_day: and up to this one.
--
-- columns:
--   month: its first day (UTC).
--   views: views in it; NULL when not known.
--   downloads: downloads in it, likewise.
--   shares: shares in it, likewise.
--   observed_at: when the figures were given, the earliest of them (UTC).

with
months as (
    select distinct
        entity_id as article_id,
        month,
        views_full as views,
        downloads_full as downloads,
        shares_full as shares,
        observed_at
    from reports.usage_by_month
    where entity_type = 'article' and entity_id = $article_id
    union all
    select
        article_id,
        month,
        views,
        downloads,
        shares,
        observed_at
    from reports.other_article_usage_by_month
    where article_id = $article_id
)

select * from months
where $from_day is null or month between date_trunc('month', cast($from_day as date)) and $to_day
order by month desc
