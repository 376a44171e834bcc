-- One row per article that the list just read does not show, though this token saw it there before.
--
-- One that was found there all the same is not asked for again for some days.
--
-- parameters:
--   part: the list.
--   token_mark: the token.
--   refresh_id: the refresh that read the list to its end.
--   started_at: when it started (UTC).
--   confirmed_days: so long an article is known to be there.
--
-- columns:
--   article_id: the article.
--   listed_mark: a digest of what the list last showed of it.
--   review_mark: what its newest review was when its detail was read.

select
    listed.article_id,
    listed.listed_mark,
    articles.review_mark
from figshare_internal.listed_articles as listed
left join figshare_internal.articles as articles on listed.article_id = articles.article_id
where
    listed.left_at is null
    and listed.part = $part
    and listed.token_mark = $token_mark
    and listed.refresh_id <> $refresh_id
    and (
        listed.missed_at is null
        or listed.missed_at < $started_at - to_seconds(86400.0 * $confirmed_days)
    )
order by listed.article_id
