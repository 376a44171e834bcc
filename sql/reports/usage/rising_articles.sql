-- One row per institution, article that it currently lists, and counter (views, downloads) that in the last complete
-- month was above its mean of the twelve months before.
--
-- The month is the latest that was over when any of the institution's usage was last known. Only articles whose usage
-- is known for every month up to its end are compared: an unknown month is not one without usage. Of an article younger
-- than that the months since its beginning are what is before, and an article without any month before is not here. The
-- floor: at least ten in the month, since from one to three is no news. Figshare's own counts, not COUNTER's. For what
-- to put on the front page: `where counter = 'downloads' and rise_rank <= 10`.
--
-- key: institution_id, article_id, counter
-- columns:
--   group_id: Group it lies in; NULL when in none.
--   published_on: Day (UTC) it was first public.
--   counter: views or downloads.
--   month: First day (UTC) of the month.
--   event_count: Views or downloads in the month.
--   mean_before: Their mean in the months before.
--   month_count_before: How many months that is the mean of, 1 to 12.
--   rise: How many more than the mean.
--   rise_ratio: How many times the mean; NULL when that is 0.
--   rise_rank: Place among the institution's articles for the counter, from 1, by `rise`, then by the smaller id.
--   count_since: Views or downloads after the month, up to `known_to`.
--   known_to: Last day (UTC) up to which they are known.

with
articles as (select * from reports.articles),
recent_usage as (select * from intermediate.int_article_recent_usage),

counters as (
    select
        article_id,
        'views' as counter,
        month,
        month_count_before,
        views as event_count,
        views_before as count_before,
        views_since as count_since,
        known_to
    from recent_usage
    union all
    select
        article_id,
        'downloads' as counter,
        month,
        month_count_before,
        downloads as event_count,
        downloads_before as count_before,
        downloads_since as count_since,
        known_to
    from recent_usage
),

last_months as (
    select
        articles.institution_id,
        max(recent_usage.month) as month
    from articles
    inner join recent_usage on articles.article_id = recent_usage.article_id
    group by articles.institution_id
),

compared as (
    select
        articles.institution_id,
        articles.article_id,
        articles.title,
        articles.url,
        articles.item_type,
        articles.group_id,
        articles.group_name,
        articles.published_on,
        counters.counter,
        counters.month,
        counters.event_count,
        cast(counters.count_before as double) / counters.month_count_before as mean_before,
        counters.month_count_before,
        counters.count_since,
        counters.known_to
    from articles
    inner join counters on articles.article_id = counters.article_id
    inner join last_months
        on articles.institution_id = last_months.institution_id and counters.month = last_months.month
    where counters.month_count_before > 0
)

select
    institution_id,
    article_id,
    title,
    url,
    item_type,
    group_id,
    group_name,
    published_on,
    counter,
    month,
    event_count,
    mean_before,
    month_count_before,
    event_count - mean_before as rise,
    case when mean_before > 0 then event_count / mean_before end as rise_ratio,
    row_number() over (
        partition by institution_id, counter
        order by event_count - mean_before desc, article_id asc
    ) as rise_rank,
    count_since,
    known_to
from compared
where event_count >= 10 and event_count > mean_before
