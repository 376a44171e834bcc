-- One row per short list that has to be read.
--
-- Groups and the institution they belong to, with a token, at each refresh. The other lists seldom change: they are due
-- when never read, after some days, and when an article that was read since names something they do not hold.
--
-- parameters:
--   started_at: when this refresh started (UTC).
--   max_age_days: after so many days a list is read again.
--   has_token: whether the lists that need a token can be read.
--   is_on_v3: whether an institution is on Figshare's API v3, which alone has some lists.
--
-- columns:
--   list_name: name of the table that holds it.

with
lists as (
    select
        lists.list_name,
        lists.needs_token,
        lists.is_read_each_time,
        lists.needs_v3,
        list_readings.completed_at
    from (
        values
        ('institutions', true, true, false),
        ('groups', true, true, false),
        ('fields', true, false, false),
        ('item_type_fields', true, false, true),
        ('categories', false, false, false),
        ('licenses', false, false, false),
        ('item_types', false, false, false)
    ) as lists (list_name, needs_token, is_read_each_time, needs_v3)
    left join figshare.list_readings as list_readings on lists.list_name = list_readings.list_name
),

lacking as (
    select
        'categories' as list_name,
        max(articles.fetched_at) as fetched_at
    from figshare.article_categories
    inner join figshare.articles on article_categories.article_id = articles.article_id
    left join figshare.categories on article_categories.category_id = categories.id
    where categories.id is null
    union all
    select
        'licenses' as list_name,
        max(articles.fetched_at) as fetched_at
    from figshare.articles
    left join figshare.licenses on articles.license_value = licenses.value
    where articles.license_value is not null and licenses.value is null
    union all
    select
        'item_types' as list_name,
        max(articles.fetched_at) as fetched_at
    from figshare.articles
    left join figshare.item_types on articles.defined_type = item_types.id
    where articles.defined_type is not null and item_types.id is null
    union all
    -- v3 lists more fields than v2.
    select
        'fields' as list_name,
        max(found_at) as fetched_at
    from figshare.api_versions
)

select lists.list_name
from lists
left join lacking on lists.list_name = lacking.list_name
where
    ($has_token or not lists.needs_token)
    and ($is_on_v3 or not lists.needs_v3)
    and (
        lists.completed_at is null
        or lists.completed_at < $started_at - to_seconds(86400.0 * $max_age_days)
        or (lists.is_read_each_time and lists.completed_at < $started_at)
        or lists.completed_at < lacking.fetched_at
    )
order by lists.list_name
