-- One row per month in which reviews ended, and part: all of them, those of one group, or those of one reviewer.
--
-- The parts of one kind add up to `all`. Days run from the submission to the decision, and are those of reviews that
-- were approved or rejected; a review that was closed was not decided. One whose end has no date is not here. For how
-- long depositors wait, and how the work is shared.
--
-- key: month, part, part_id
-- columns:
--   month: First day of the month (UTC) in which they ended.
--   part: all, group or reviewer.
--   part_id: Figshare's id of the group, or the account of the reviewer; 0 for all, and for those in no group or with
--     no reviewer.
--   part_name: Name of it; NULL for all, for no group or reviewer, and when not known.
--   review_count: Reviews that ended.
--   approved_count: Those of them that were approved.
--   rejected_count: Those of them that were rejected.
--   closed_count: Those of them that were closed.
--   median_days: Median days from submission to decision; NULL when none was decided.
--   p90_days: Days within which nine of ten were decided; NULL when none was.
--   first_round_approved_count: Reviews that were approved the first time that the article was submitted.
--   mean_round: Mean number of times that the articles had been submitted.
--   comment_count: Comments on them, those of decisions included; NULL when not known for any.

with
ended as (
    select
        *,
        cast(date_trunc('month', decided_at) as date) as month,
        case when status in ('approved', 'rejected') then decision_days end as days_taken
    from internal_staging.int_reviews
    where status <> 'pending' and decided_at is not null
),

parts as (
    select
        'all' as part,
        0 as part_id,
        cast(null as varchar) as part_name,
        ended.*
    from ended
    union all
    select
        'group' as part,
        coalesce(ended.group_id, 0) as part_id,
        ended.group_name as part_name,
        ended.*
    from ended
    union all
    select
        'reviewer' as part,
        coalesce(ended.reviewer_account_id, 0) as part_id,
        ended.reviewer_name as part_name,
        ended.*
    from ended
)

select
    month,
    part,
    cast(part_id as bigint) as part_id,
    max(part_name) as part_name,
    count(*) as review_count,
    count(*) filter (where status = 'approved') as approved_count,
    count(*) filter (where status = 'rejected') as rejected_count,
    count(*) filter (where status = 'closed') as closed_count,
    median(days_taken) as median_days,
    quantile_cont(days_taken, 0.9) as p90_days,
    count(*) filter (where status = 'approved' and round = 1) as first_round_approved_count,
    avg(round) as mean_round,
    cast(sum(comment_count) as bigint) as comment_count
from parts
group by month, part, part_id
