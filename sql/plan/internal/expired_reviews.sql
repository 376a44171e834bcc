-- One row per review that was decided, is gone, or was not seen, since before a time.
--
-- parameters:
--   before: the time (UTC).
--
-- columns:
--   review_id: the review.

select review_id
from figshare_internal.reviews
where least(coalesce(review_date, seen_at), coalesce(left_at, seen_at)) < $before
