-- One row: how many reviews this token saw last, and that the list neither left out nor lost.
--
-- parameters:
--   token_mark: the token.
--
-- columns:
--   review_count: how many.

select count(*) as review_count
from figshare_internal.reviews
where token_mark = $token_mark and left_at is null and missed_at is null
