-- One row per item, counter and kind of figures of which at least one window of time was read, with what the windows
-- cover together.
--
-- columns:
--   entity_type: article, author, collection, group or project.
--   entity_id: Figshare's id of it.
--   counter: views, downloads or shares.
--   kind: months, days or countries.
--   covered_from: First day (UTC) of the earliest window.
--   covered_to: Last day (UTC) of the latest window.
--   fetched_at: When the window that ends last was read (UTC), the last time where several do.
--   total: The item's total as it was known then; NULL when none was known from elsewhere.
--   gap_count: Gaps between the windows.
--   is_to_date: Whether the latest window reaches the day it was read; if not, later ones are still to be read.
--   is_truncated: Whether Figshare left out countries in one of the windows.

with
windows as (
    select
        *,
        max(window_end) over (
            partition by entity_type, entity_id, counter, kind
            order by window_start
            rows between unbounded preceding and 1 preceding
        ) as previous_end
    from figshare.usage_coverage
    where fetched_at is not null and kind in ('months', 'days', 'countries')
)

select
    entity_type,
    entity_id,
    counter,
    kind,
    min(window_start) as covered_from,
    max(window_end) as covered_to,
    arg_max(fetched_at, row(window_end, fetched_at)) as fetched_at,
    arg_max_null(total, row(window_end, fetched_at)) as total,
    count(case when window_start > previous_end + 1 then 1 end) as gap_count,
    max(window_end)
    >= cast(arg_max(fetched_at, row(window_end, fetched_at)) as date) as is_to_date,
    bool_or(state = 'truncated') as is_truncated
from windows
group by entity_type, entity_id, counter, kind
