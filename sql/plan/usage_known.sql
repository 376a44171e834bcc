-- One row: what answered last of one kind of usage; none where nothing ever did.
--
-- It is asked for where many others fail, to tell whether everything does.
--
-- parameters:
--   kind: total, months, days, countries, referrals or categories.
--
-- columns:
--   entity_type: what it is of.
--   entity_id: Figshare's id of it.
--   institution_id: the institution it belongs to; NULL when not known.
--   counter: views, downloads or shares.
--   window_start: the first day that was asked for.
--   window_end: the last.

with

answered as (

    select *
    from figshare.usage_coverage
    where
        kind = $kind
        and state in ('fetched', 'empty', 'truncated')
    order by fetched_at desc, entity_type asc, entity_id asc, counter asc, window_start asc
    limit 1

)

select
    answered.entity_type,
    answered.entity_id,
    items.institution_id,
    answered.counter,
    answered.window_start,
    answered.window_end

from answered
left join intermediate.int_usage_items as items
    on
        answered.entity_type = items.entity_type
        and answered.entity_id = items.entity_id
