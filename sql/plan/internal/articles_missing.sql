-- One row per article that the list just read does not show, though this token saw it there before.
--
-- One that was found there all the same, or was not found, is asked for again after some days; one that was refused
-- after some more.
--
-- parameters:
--   part: the list.
--   token_mark: the token.
--   refresh_id: the refresh that read the list to its end.
--   started_at: when it started (UTC).
--   confirmed_days: so long what was found out of one holds.
--   refused_days: so long a refusal holds.
--
-- columns:
--   article_id: the article.
--   listed_mark: a digest of what the list last showed of it.
--   review_mark: what its newest review was when its detail was read.
--   is_second: whether it was not found some days ago, and not seen since.
--   is_public: whether it is still public: then it is not gone, whatever this token finds.

with
asked as (
    select
        record_id,
        status,
        refused_at
    from figshare_internal.refusals
    where part = 'missing ' || $part and token_mark = $token_mark
),

withdrawals as (
    select withdrawals.article_id
    from figshare.withdrawals as withdrawals
    inner join figshare.articles as articles on withdrawals.article_id = articles.article_id
    where withdrawals.returned_at is null and articles.fetched_at <= withdrawals.checked_at
),

still_public as (
    select articles.article_id
    from figshare.articles as articles
    anti join withdrawals on articles.article_id = withdrawals.article_id
)

select
    listed.article_id,
    listed.listed_mark,
    articles.review_mark,
    coalesce(asked.status = 404, false) as is_second,
    still_public.article_id is not null as is_public
from figshare_internal.listed_articles as listed
left join figshare_internal.articles as articles on listed.article_id = articles.article_id
left join still_public on listed.article_id = still_public.article_id
left join asked
    on listed.article_id = asked.record_id and asked.refused_at >= greatest(listed.seen_at, listed.missed_at)
where
    listed.left_at is null
    and listed.part = $part
    and listed.token_mark = $token_mark
    and listed.refresh_id <> $refresh_id
    and (
        listed.missed_at is null
        or listed.missed_at < $started_at - to_seconds(86400.0 * $confirmed_days)
    )
    and (
        asked.record_id is null
        or asked.refused_at
        <= $started_at - to_seconds(86400.0 * case when asked.status = 404 then $confirmed_days else $refused_days end)
    )
order by listed.article_id
