-- One row per review that the list just read does not show, though this token saw it before.
--
-- parameters:
--   token_mark: the token.
--   refresh_id: the refresh that read the list to its end.
--
-- columns:
--   review_id: the review.

select review_id
from figshare_internal.reviews
where left_at is null and token_mark = $token_mark and refresh_id <> $refresh_id
order by review_id
