-- One row: what waits for a decision, and how long decisions took in the last month that had any.
--
-- columns:
--   waiting_count: Reviews that wait.
--   unassigned_count: Those of them that are with no reviewer.
--   longest_waiting_days: Days that the first of them has waited; NULL when none waits.
--   decided_month: The last month in which reviews were decided, as 2026-05; NULL when none ever was.
--   decided_count: Reviews that were decided in it.
--   median_days: Median days from submission to decision in it, to a tenth.
--   p90_days: Days within which nine of ten were decided in it, to a tenth.
--   seen_at: When the list of reviews was last read (UTC); NULL when nothing waits.

with
waiting as (
    select
        count(*) as waiting_count,
        count(*) - count(reviewer_account_id) as unassigned_count,
        max(waiting_days) as longest_waiting_days,
        max(seen_at) as seen_at
    from internal.review_queue
),

decided as (
    select *
    from internal.review_turnaround
    where part = 'all' and median_days is not null
    order by month desc
    limit 1
)

select
    waiting.waiting_count,
    waiting.unassigned_count,
    waiting.longest_waiting_days,
    strftime(decided.month, '%Y-%m') as decided_month,
    decided.approved_count + decided.rejected_count as decided_count,
    round(decided.median_days, 1) as median_days,
    round(decided.p90_days, 1) as p90_days,
    waiting.seen_at
from waiting
left join decided on true
