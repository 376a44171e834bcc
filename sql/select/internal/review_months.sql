-- One row per month in which reviews ended, of the last 24 that had any, the latest first.
--
-- columns:
--   month: The month, as 2026-05.
--   median_days: Median days from submission to decision, to a tenth; NULL when none was decided.
--   p90_days: Days within which nine of ten were decided, to a tenth; NULL when none was.

select
    strftime(month, '%Y-%m') as month,
    review_count,
    approved_count,
    rejected_count,
    closed_count,
    round(median_days, 1) as median_days,
    round(p90_days, 1) as p90_days,
    first_round_approved_count,
    mean_round,
    comment_count
from internal.review_turnaround
where part = 'all'
order by month desc
limit 24
