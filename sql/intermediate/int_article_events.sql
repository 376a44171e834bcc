-- One row per article and time at which it was added, left, was withdrawn, returned, regrouped or changed in one field,
-- as the refreshes saw it.
--
-- An article is added when a listing first shows it, of an institution or group if any ever did, else a search. It left
-- when the last of those listings held it no more, though it was not withdrawn; a listing that was not followed any
-- more when its whole institution was read held it until it was last seen there. What is listed again has not left.
-- What is withdrawn or returned is as figshare.withdrawals has it, and a return that is not noted there yet is when the
-- record was read again.
--
-- columns:
--   article_id: The article.
--   kind: added, left, changed, regrouped, withdrawn or returned.
--   field: What changed; NULL where it was the article as a whole.
--   old_value: The old value; a group by its name and id; NULL when there was none.
--   new_value: The new value, likewise; why for withdrawn ones; NULL when there is none.
--   changed_at: When it was found (UTC).
--   old_read_at: When the old value was last read (UTC); NULL where it was the article as a whole.

with
current_withdrawals as (select * from intermediate.int_withdrawals),

group_names as (
    select
        cast(id as varchar) as group_id,
        min(staging.blank_to_null(name)) || ' (' || cast(id as varchar) || ')' as group_name
    from figshare.groups
    group by id
),

additions as (
    select
        article_id,
        'added' as kind,
        cast(null as varchar) as field,
        cast(null as varchar) as old_value,
        cast(null as varchar) as new_value,
        coalesce(min(first_seen_at) filter (where listing not like 'search %'), min(first_seen_at)) as changed_at,
        cast(null as timestamp) as old_read_at
    from figshare.first_listed
    group by article_id
),

departures as (
    select
        article_id,
        'withdrawn' as kind,
        cast(null as varchar) as field,
        cast(null as varchar) as old_value,
        reason as new_value,
        withdrawn_at as changed_at,
        cast(null as timestamp) as old_read_at
    from figshare.withdrawals
),

returns as (
    select
        withdrawals.article_id,
        'returned' as kind,
        cast(null as varchar) as field,
        cast(null as varchar) as old_value,
        cast(null as varchar) as new_value,
        coalesce(withdrawals.returned_at, articles.fetched_at) as changed_at,
        cast(null as timestamp) as old_read_at
    from figshare.withdrawals
    left join figshare.articles on withdrawals.article_id = articles.article_id
    where withdrawals.returned_at is not null or articles.fetched_at > withdrawals.checked_at
),

sightings as (
    select
        listed_articles.article_id,
        listed_articles.listing like 'search %' as is_search,
        bool_and(listed_articles.listing like 'search %') over (
            partition by listed_articles.article_id
        ) as is_only_search,
        case
            when listed_articles.left_at is not null then listed_articles.left_at
            when
                listings.listing is not null
                and current_articles.article_id is null
                and current_withdrawals.article_id is null
                then listed_articles.seen_at
        end as left_at
    from figshare.listed_articles
    left join figshare.listings on listed_articles.listing = listings.listing
    left join intermediate.int_listed_articles as current_articles
        on
            listed_articles.listing = current_articles.listing
            and listed_articles.article_id = current_articles.article_id
    left join current_withdrawals
        on listed_articles.article_id = current_withdrawals.article_id
),

last_left as (
    select
        article_id,
        max(left_at) as left_at
    from sightings
    where is_search = is_only_search
    group by article_id
    having count(*) = count(left_at)
),

last_returns as (
    select
        article_id,
        max(changed_at) as returned_at
    from returns
    group by article_id
),

leavings as (
    select
        last_left.article_id,
        'left' as kind,
        cast(null as varchar) as field,
        cast(null as varchar) as old_value,
        cast(null as varchar) as new_value,
        -- What returned without being listed was away all the same.
        greatest(last_left.left_at, last_returns.returned_at) as changed_at,
        cast(null as timestamp) as old_read_at
    from last_left
    left join last_returns on last_left.article_id = last_returns.article_id
    left join current_withdrawals on last_left.article_id = current_withdrawals.article_id
    -- What is withdrawn leaves its listings by that.
    where
        current_withdrawals.article_id is null
        or last_left.left_at < current_withdrawals.withdrawn_at
),

fields as (
    select
        article_changes.article_id,
        case when article_changes.field = 'group' then 'regrouped' else 'changed' end as kind,
        article_changes.field,
        coalesce(old_groups.group_name, article_changes.old_value) as old_value,
        coalesce(new_groups.group_name, article_changes.new_value) as new_value,
        article_changes.changed_at,
        article_changes.old_read_at
    from figshare.article_changes
    left join group_names as old_groups
        on article_changes.field = 'group' and article_changes.old_value = old_groups.group_id
    left join group_names as new_groups
        on article_changes.field = 'group' and article_changes.new_value = new_groups.group_id
)

select * from additions
union all
select * from departures
union all
select * from returns
union all
select * from leavings
union all
select * from fields
