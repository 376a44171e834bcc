-- One row per article that was public at a time, as the refreshes saw it, with the group it lay in.
--
-- Public is what was added by then, had not left, and was not withdrawn without being returned. Before the first
-- refresh nothing is known, so there is no row. What only searches found is there, too: `where institution_id is not
-- null` gives what institutions listed, loaded or not.
--
-- parameters:
--   as_of: the time (UTC), for instance date '2026-07-01'.
--
-- columns:
--   group_then: The group it lay in then, with its id; NULL when in none or not known.

with
events as (select * from reports.changes),

presence as (
    select
        institution_id,
        article_id,
        title,
        kind,
        changed_at
    from events
    where
        kind in ('added', 'left', 'withdrawn', 'returned')
        and changed_at <= cast(as_of as timestamp)
    qualify row_number() over (
        partition by article_id
        order by
            changed_at desc,
            case when kind = 'left' then 0 when kind = 'added' then 2 else 1 end
    ) = 1
),

later_moves as (
    select
        article_id,
        old_value
    from events
    where kind = 'regrouped' and changed_at > cast(as_of as timestamp)
    qualify row_number() over (partition by article_id order by changed_at) = 1
),

current_groups as (
    select distinct
        article_id,
        case
            when group_id is not null
                then coalesce(group_name || ' (' || group_id || ')', cast(group_id as varchar))
        end as group_now
    from events
)

select
    presence.institution_id,
    presence.article_id,
    presence.title,
    case
        when later_moves.article_id is not null then later_moves.old_value
        else current_groups.group_now
    end as group_then
from presence
left join later_moves on presence.article_id = later_moves.article_id
left join current_groups on presence.article_id = current_groups.article_id
where presence.kind in ('added', 'returned')
