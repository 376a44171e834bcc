-- One row per review whose comments have to be read: the list shows that it changed since they were.
--
-- A review that never had any needs no request. Only reviews that this token sees, and that are not gone.
--
-- parameters:
--   token_mark: the token.
--
-- columns:
--   review_id: the review.
--   comments_count: how many comments the list says there are; 0 needs no request.
--   listed_mark: a digest of what the list shows of it.

select
    reviews.review_id,
    reviews.comments_count,
    reviews.listed_mark
from figshare_internal.reviews as reviews
left join figshare_internal.review_comment_readings as readings on reviews.review_id = readings.review_id
where
    reviews.left_at is null
    and reviews.token_mark = $token_mark
    and case
        when reviews.comments_count = 0 then readings.comment_count > 0
        else readings.listed_mark is distinct from reviews.listed_mark
    end
order by reviews.review_id
