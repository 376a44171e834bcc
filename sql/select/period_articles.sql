-- One row per article of an author, a group or an institution, with its usage in a period, the most used first.
--
-- parameters:
--   from_day: the first day.
--   to_day: the last day.
--   part_type: author, group or institution.
--   institution_id: the institution; NULL for any.
--   part_id: the author or group.
--
-- columns:
--   is_published_in_period: whether it was first public in the period.

with
members as (
    select
        'author' as part_type,
        author_id as part_id,
        institution_id,
        article_id
    from reports.author_articles
    union all
    select
        'group' as part_type,
        group_id as part_id,
        institution_id,
        article_id
    from reports.group_articles
    union all
    select
        'institution' as part_type,
        institution_id as part_id,
        institution_id,
        article_id
    from reports.articles
),

chosen as (
    select * from members
    where
        part_type = $part_type
        and institution_id = coalesce($institution_id, institution_id)
        and part_id is not distinct from $part_id
),

article_usage as (
    select
        *,
        published_on between $from_day and $to_day as is_published_in_period
    from reports.usage_between($from_day, $to_day)
)

select
    article_usage.institution_id,
    article_usage.article_id,
    article_usage.title,
    articles.url,
    articles.doi,
    article_usage.item_type,
    article_usage.group_id,
    article_usage.group_name,
    article_usage.published_on,
    article_usage.is_published_in_period,
    article_usage.views,
    article_usage.downloads,
    article_usage.shares,
    article_usage.month_count,
    article_usage.months_known_ratio,
    article_usage.usage_complete_to
from article_usage
inner join chosen
    on article_usage.institution_id = chosen.institution_id and article_usage.article_id = chosen.article_id
inner join reports.articles as articles
    on article_usage.institution_id = articles.institution_id and article_usage.article_id = articles.article_id
order by article_usage.views desc nulls last, article_usage.downloads desc nulls last, article_usage.article_id asc
