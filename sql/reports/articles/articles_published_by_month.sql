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
--   institution_id: The institution; NULL for a search.
--   published_month: First day of the month (UTC); NULL for articles without any date.
--   published_year: The month's year; NULL for articles without any date.
--   article_count: Articles first public in the month.
--   article_count_to_date: Articles first public in it or earlier; NULL for the row without a month.
--   file_count: Files of the month's articles, of their latest versions.
--   size_bytes: Size of those files in bytes, as the articles say.

with
dated as (
    select
        *,
        cast(date_trunc('month', published_on) as date) as published_month
    from intermediate.int_scope_usage
)

select
    scope_id,
    scope,
    institution_id,
    group_id,
    scope_name,
    published_month,
    cast(extract(year from published_month) as integer) as published_year,
    count(*) as article_count,
    case
        when published_month is not null
            then cast(sum(count(*)) over (partition by scope_id order by published_month nulls last) as bigint)
    end as article_count_to_date,
    cast(sum(file_count) as bigint) as file_count,
    cast(sum(size_bytes) as bigint) as size_bytes
from dated
group by scope_id, scope, institution_id, group_id, scope_name, published_month
