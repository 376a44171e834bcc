-- One row per item whose usage is followed: articles, collections and projects that are currently listed and loaded,
-- groups whose listing is read, and what was asked for by name.
--
-- columns:
--   entity_type: article, author, collection, group or project.
--   entity_id: Figshare's id of it.
--   institution_id: The institution it belongs to; NULL when it is not known to belong to one that is followed.
--   started_on: First day (UTC) of the month from which there can be usage. For an article the month of its earliest
--     date; where only a later version tells dates, and for what was asked for by name, that in which usage can have
--     begun at all. For a group the January of the year before the earliest article: withdrawn ones count on. For a
--     collection or project the month of the earliest date of it or of an article in it. Not before 2008, however old a
--     date is: usage from before is never asked for.
--   changed_at: When it was last published or modified (UTC); NULL for what is not an article.

with
groups as (select * from intermediate.int_listed_groups where is_listed),

article_institutions as (
    select
        article_id,
        min(institution_id) as institution_id
    from intermediate.int_listed_articles
    group by article_id
),

article_items as (
    select
        dates.article_id,
        article_institutions.institution_id,
        case
            when dates.first_online_at is null and dates.version > 1 then staging.usage_began()
            else
                cast(
                    date_trunc(
                        'month',
                        coalesce(
                            least(dates.first_online_at, dates.posted_at, dates.published_at, dates.created_at),
                            staging.usage_began()
                        )
                    ) as date
                )
        end as started_on,
        greatest(dates.published_at, dates.modified_at) as changed_at
    from staging.stg_article_dates as dates
    inner join article_institutions on dates.article_id = article_institutions.article_id
),

earliest as (
    select
        institution_id,
        cast(date_trunc('year', coalesce(min(started_on), date '2012-01-01')) - to_years(1) as date) as started_on
    from article_items
    group by institution_id
),

entity_dates as (
    select
        'collection' as entity_type,
        collection_id as entity_id,
        least(timeline_first_online, timeline_posted, published_date, created_date) as began_at
    from figshare.collections
    union all
    select
        'project' as entity_type,
        project_id as entity_id,
        least(published_date, created_date) as began_at
    from figshare.projects
),

entity_began as (
    select
        entity_articles.entity_type,
        entity_articles.entity_id,
        min(article_items.started_on) as started_on
    from intermediate.int_entity_articles as entity_articles
    inner join article_items on entity_articles.article_id = article_items.article_id
    group by entity_articles.entity_type, entity_articles.entity_id
),

entity_items as (
    select
        listed_entities.entity_type,
        listed_entities.entity_id,
        min(listed_entities.institution_id) as institution_id,
        coalesce(
            min(least(cast(date_trunc('month', entity_dates.began_at) as date), entity_began.started_on)),
            staging.usage_began()
        ) as started_on
    from intermediate.int_listed_entities as listed_entities
    inner join entity_dates
        on
            listed_entities.entity_type = entity_dates.entity_type
            and listed_entities.entity_id = entity_dates.entity_id
    left join entity_began
        on
            listed_entities.entity_type = entity_began.entity_type
            and listed_entities.entity_id = entity_began.entity_id
    group by listed_entities.entity_type, listed_entities.entity_id
),

items as (
    select
        'article' as entity_type,
        article_id as entity_id,
        institution_id,
        started_on,
        changed_at
    from article_items
    union all
    select
        'group' as entity_type,
        groups.group_id as entity_id,
        groups.institution_id,
        earliest.started_on,
        cast(null as timestamp) as changed_at
    from groups
    inner join earliest on groups.institution_id = earliest.institution_id
    union all
    select
        entity_type,
        entity_id,
        institution_id,
        started_on,
        cast(null as timestamp) as changed_at
    from entity_items
    union all
    select
        entity_type,
        entity_id,
        cast(null as bigint) as institution_id,
        staging.usage_began() as started_on,
        cast(null as timestamp) as changed_at
    from figshare.usage_items
)

select * replace (greatest(started_on, date '2008-01-01') as started_on)
from items
-- What is followed anyway and asked for by name, too, is one item.
qualify row_number() over (
    partition by entity_type, entity_id order by institution_id asc nulls last
) = 1
