-- One row per scope and month in which articles of it were first public; where articles have no date, one more row per
-- scope, without a month.
--
-- Counted are articles of the scope that are loaded: those that the institution currently lists, or that the search
-- still finds. Each is in one row of its scope, so the counts add up to the scope's. Months in which nothing was
-- published have no row. Sums of files and sizes leave out articles that do not tell theirs and are NULL when none
-- does. Scopes overlap: choose one, or one kind of them, before adding up. A scope without any such article has no row.
-- For growth over months and years.
--
-- key: scope_id, published_month
-- columns:
--   scope_id: What is counted, under one name: `institution 1`, `institution 1 group 2`, `institution 1 group 2 with
--     subgroups`, `institution 1 no group` or `search NAME`.
--   scope: Its kind: institution, group (by itself), group_with_subgroups, no_group (articles of the institution in no
--     group) or search.
--   institution_id: The institution; NULL for a search.
--   group_id: The group; NULL where the scope is no group.
--   scope_name: Name of the institution, group or search; NULL when not known and for no_group.
--   published_month: First day of the month (UTC); NULL for articles without any date.
--   published_year: The month's year; NULL for articles without any date.
--   article_count: Articles first public in the month.
--   article_count_to_date: Articles first public in it or earlier; NULL for the row without a month.
--   file_count: Files of the month's articles, of their latest versions.
--   size_bytes: Size of those files in bytes, as the articles say.

with
dated as (
    select
        scope_articles.scope_id,
        cast(date_trunc('month', articles.published_on) as date) as published_month,
        articles.file_count,
        articles.size_bytes
    from intermediate.int_scope_articles as scope_articles
    inner join intermediate.int_articles as articles on scope_articles.article_id = articles.article_id
),

sums as (
    select
        scope_id,
        published_month,
        count(*) as article_count,
        cast(sum(file_count) as bigint) as file_count,
        cast(sum(size_bytes) as bigint) as size_bytes
    from dated
    group by scope_id, published_month
),

running as (
    select
        scope_id,
        published_month,
        article_count,
        cast(
            sum(article_count) over (partition by scope_id order by published_month nulls last) as bigint
        ) as article_count_to_date,
        file_count,
        size_bytes
    from sums
)

select
    scopes.scope_id,
    scopes.scope,
    scopes.institution_id,
    scopes.group_id,
    scopes.scope_name,
    counted.published_month,
    cast(extract(year from counted.published_month) as integer) as published_year,
    counted.article_count,
    case
        when counted.published_month is not null then counted.article_count_to_date
    end as article_count_to_date,
    counted.file_count,
    counted.size_bytes
from running as counted
inner join intermediate.int_scopes as scopes on counted.scope_id = scopes.scope_id
