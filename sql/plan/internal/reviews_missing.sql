-- One row per review that the list just read does not show, though this token saw it before.
--
-- One that was found there all the same, or was not found, is asked for again after some days; one that was refused
-- after some more.
--
-- parameters:
--   token_mark: the token.
--   refresh_id: the refresh that read the list to its end.
--   started_at: when it started (UTC).
--   confirmed_days: so long what was found out of one holds.
--   refused_days: so long a refusal holds.
--
-- columns:
--   review_id: the review.
--   listed_mark: a digest of what the list last showed of it.
--   is_second: whether it was not found some days ago, and not seen since.

with
asked as (
    select
        record_id,
        status,
        refused_at
    from figshare_internal.refusals
    where part = 'missing reviews' and token_mark = $token_mark
)

select
    reviews.review_id,
    reviews.listed_mark,
    coalesce(asked.status = 404, false) as is_second
from figshare_internal.reviews as reviews
left join asked
    on reviews.review_id = asked.record_id and asked.refused_at >= greatest(reviews.seen_at, reviews.missed_at)
where
    reviews.left_at is null
    and reviews.token_mark = $token_mark
    and reviews.refresh_id <> $refresh_id
    and (reviews.missed_at is null or reviews.missed_at < $started_at - to_seconds(86400.0 * $confirmed_days))
    and (
        asked.record_id is null
        or asked.refused_at
        <= $started_at - to_seconds(86400.0 * case when asked.status = 404 then $confirmed_days else $refused_days end)
    )
order by reviews.review_id
