-- One row per item, counter and kind of figures of which something failed, or was denied, when it was last asked for.
--
-- What failed before is of no account once later answers took its place, under a window of another beginning, or once
-- there is nothing to ask for since the total is 0.
--
-- columns:
--   entity_type: article, author, collection, group or project.
--   entity_id: Figshare's id of it.
--   counter: views, downloads or shares.
--   kind: total, months, days, countries, referrals or categories.
--   failed_at: When that was (UTC).

with
last_asked as (
    select *
    from figshare.usage_coverage
    qualify
        refresh_id is not distinct from
        arg_max_null(refresh_id, asked_at) over (partition by entity_type, entity_id, counter, kind)
)

select
    last_asked.entity_type,
    last_asked.entity_id,
    last_asked.counter,
    last_asked.kind,
    max(last_asked.asked_at) as failed_at
from last_asked
left join intermediate.int_usage_totals as totals
    on
        last_asked.entity_type = totals.entity_type
        and last_asked.entity_id = totals.entity_id
        and last_asked.counter = totals.counter
where
    last_asked.state in ('failed', 'denied')
    and (last_asked.kind = 'total' or totals.total is distinct from 0)
    -- Bulk totals had it since.
    and not (last_asked.kind = 'total' and coalesce(totals.asked_at > last_asked.asked_at, false))
group by last_asked.entity_type, last_asked.entity_id, last_asked.counter, last_asked.kind
