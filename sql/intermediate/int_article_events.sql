-- One row per article and time at which it was added, left, was withdrawn, returned, regrouped or changed in one field,
-- as the refreshes saw it.
--
-- An article is added when a listing first shows it, of an institution or group if any ever did, else another one.
--
-- columns:
--   article_id: The article.
--   kind: added, left, changed, regrouped, withdrawn or returned.
--   field: What changed; NULL where it was the article as a whole.
--   old_value: The old value; a group by its name and id; NULL when there was none.
--   new_value: The new value, likewise; why for withdrawn ones; NULL when there is none.
--   changed_at: When it was found (UTC).
--   old_read_at: When the old value was last read (UTC); NULL where it was the article as a whole.
--   is_baseline: Whether it was only added because its listing was first read then.

with
first_sightings as (
    select
        article_id,
        first_seen_at,
        is_baseline
    from figshare.first_listed
    qualify row_number() over (
        partition by article_id
        order by
            case when listing like 'institution %' then 0 else 1 end,
            first_seen_at,
            listing
    ) = 1
),

group_names as (
    select
        cast(group_id as varchar) as group_id,
        min(group_name) || ' (' || cast(group_id as varchar) || ')' as group_name
    from intermediate.int_named_groups
    group by group_id
),

moments as (
    select
        article_id,
        'added' as kind,
        cast(null as varchar) as reason,
        first_seen_at as changed_at,
        is_baseline
    from first_sightings
    union all
    select
        article_id,
        'withdrawn' as kind,
        reason,
        withdrawn_at as changed_at,
        false as is_baseline
    from figshare.withdrawals
    union all
    select
        article_id,
        'returned' as kind,
        cast(null as varchar) as reason,
        returned_at as changed_at,
        false as is_baseline
    from intermediate.int_article_returns
    union all
    select
        article_id,
        'left' as kind,
        cast(null as varchar) as reason,
        left_at as changed_at,
        false as is_baseline
    from intermediate.int_article_leavings
)

select
    article_id,
    kind,
    cast(null as varchar) as field,
    cast(null as varchar) as old_value,
    reason as new_value,
    changed_at,
    cast(null as timestamp) as old_read_at,
    is_baseline
from moments
union all
select
    article_changes.article_id,
    case when article_changes.field = 'group' then 'regrouped' else 'changed' end as kind,
    article_changes.field,
    coalesce(old_groups.group_name, article_changes.old_value) as old_value,
    coalesce(new_groups.group_name, article_changes.new_value) as new_value,
    article_changes.changed_at,
    article_changes.old_read_at,
    false as is_baseline
from figshare.article_changes
left join group_names as old_groups
    on article_changes.field = 'group' and article_changes.old_value = old_groups.group_id
left join group_names as new_groups
    on article_changes.field = 'group' and article_changes.new_value = new_groups.group_id
