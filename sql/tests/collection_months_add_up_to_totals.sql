-- Where every month of a collection or project is known, its months add up to its total: not to less than a total that
-- was said before they were read, and not to more than one that was said after.
--
-- Figshare counts on between the two, so they need not be equal. Where this is broken Figshare's figures disagree.
--
-- columns:
--   entity_type: collection or project.
--   entity_id: Figshare's id of it.
--   counter: views or downloads.
--   month_sum: What its months add up to.
--   total: Its total as last asked for.

select
    month_sums.entity_type,
    month_sums.entity_id,
    month_sums.counter,
    month_sums.total as month_sum,
    totals.asked_total as total
from intermediate.int_usage_month_sums as month_sums
inner join intermediate.int_usage_totals as totals
    on
        month_sums.entity_type = totals.entity_type
        and month_sums.entity_id = totals.entity_id
        and month_sums.counter = totals.counter
where
    month_sums.entity_type in ('collection', 'project')
    and month_sums.counter <> 'shares'
    and (
        month_sums.is_short
        or (totals.asked_at >= month_sums.observed_at and month_sums.total > totals.asked_total)
    )
