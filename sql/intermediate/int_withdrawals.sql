-- One row per article that is currently withdrawn: it was public once, and Figshare does not find it any more.
--
-- columns:
--   article_id: The article.
--   withdrawn_at: When it was found withdrawn (UTC); it was some time before.
--   reason: `gone from the listing` or `not found` (still listed, but its record is not found).

select
    withdrawals.article_id,
    max(withdrawals.withdrawn_at) as withdrawn_at,
    arg_max(withdrawals.reason, withdrawals.withdrawn_at) as reason
from figshare.withdrawals
left join figshare.articles on withdrawals.article_id = articles.article_id
where
    withdrawals.returned_at is null
    -- What was read again since is public again, also before that is noted.
    and (articles.article_id is null or articles.fetched_at <= withdrawals.checked_at)
group by withdrawals.article_id
