-- One row per reviewer of the reviews that ended in the last twelve months with any, who ended most first.
--
-- columns:
--   reviewer_account_id: The account; 0 for reviews that were with none.
--   reviewer_name: Name of the reviewer, or `no reviewer`; NULL when not known.
--   review_count: Reviews that ended.
--   approved_count: Those of them that were approved.
--   rejected_count: Those of them that were rejected.
--   closed_count: Those of them that were closed.

with
last_months as (select max(month) - to_months(11) as first_month from internal.review_turnaround)

select
    turnaround.part_id as reviewer_account_id,
    case when turnaround.part_id = 0 then 'no reviewer' else max(turnaround.part_name) end as reviewer_name,
    cast(sum(turnaround.review_count) as bigint) as review_count,
    cast(sum(turnaround.approved_count) as bigint) as approved_count,
    cast(sum(turnaround.rejected_count) as bigint) as rejected_count,
    cast(sum(turnaround.closed_count) as bigint) as closed_count
from internal.review_turnaround as turnaround
inner join last_months on turnaround.month >= last_months.first_month
where turnaround.part = 'reviewer'
group by turnaround.part_id
order by review_count desc, reviewer_account_id asc
