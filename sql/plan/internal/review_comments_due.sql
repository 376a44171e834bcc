-- One row per review whose comments have to be read: the list shows that it changed since they were.
--
-- A review that never had any needs no request. Only reviews that this token sees, and that are not gone.
-- One that this token was refused is not asked for again for
-- some days, unless the list shows it changed, and is asked for last then.
--
-- parameters:
--   token_mark: the token.
--   started_at: when this refresh started (UTC).
--   refused_days: so long a refusal holds.
--
-- columns:
--   review_id: the review.
--   comments_count: how many comments the list says there are; 0 needs no request.
--   listed_mark: a digest of what the list shows of it.
--   is_held: whether its comments were ever read.

with
refusals as (
    select
        record_id,
        listed_mark,
        refused_at
    from figshare_internal.refusals
    where part = 'review comments' and token_mark = $token_mark
)

select
    reviews.review_id,
    reviews.comments_count,
    reviews.listed_mark,
    readings.review_id is not null as is_held
from figshare_internal.reviews as reviews
left join figshare_internal.review_comment_readings as readings on reviews.review_id = readings.review_id
left join refusals on reviews.review_id = refusals.record_id
where
    reviews.left_at is null
    and reviews.token_mark = $token_mark
    and not (
        refusals.record_id is not null
        and refusals.listed_mark is not distinct from reviews.listed_mark
        and refusals.refused_at >= coalesce(readings.read_at, refusals.refused_at)
        and refusals.refused_at >= $started_at - to_seconds(86400.0 * $refused_days)
    )
    and case
        when reviews.comments_count = 0 then readings.comment_count > 0
        else readings.listed_mark is distinct from reviews.listed_mark
    end
order by refusals.record_id is not null, reviews.review_id
