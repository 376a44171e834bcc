-- One row per review that was decided, is gone, or was not seen, since before a time. One that waits again may still
-- have the date of an earlier decision.
--
-- parameters:
--   before: the time (UTC).
--
-- columns:
--   review_id: the review.

select review_id
from figshare_internal.reviews
where least(case when status <> 'pending' then review_date end, coalesce(left_at, seen_at)) < $before
