-- One row per article that moved from one group to another, and stay in a group.
--
-- A move counts from when it was found. A month belongs to the stay at its end, so to none that began and ended in it.
--
-- columns:
--   article_id: The article.
--   group_id: The group that it lay in; NULL when in none.
--   first_month: First day of the first month of the stay; NULL where its beginning is not known.
--   next_month: First day of the first month after it; NULL where it lies there still.

with
moves as (
    select
        article_id,
        try_cast(old_value as bigint) as old_group_id,
        try_cast(new_value as bigint) as new_group_id,
        changed_at
    from figshare.article_changes
    where field = 'group'
)

select
    article_id,
    old_group_id as group_id,
    cast(null as date) as first_month,
    cast(date_trunc('month', changed_at) as date) as next_month
from moves
qualify row_number() over (partition by article_id order by changed_at) = 1
union all
select
    article_id,
    new_group_id as group_id,
    cast(date_trunc('month', changed_at) as date) as first_month,
    cast(date_trunc('month', lead(changed_at) over (partition by article_id order by changed_at)) as date) as next_month
from moves
