-- One row per withdrawal that ended, with when the article was read again.
--
-- columns:
--   article_id: The article.
--   returned_at: When it was back, also before that is noted (UTC).

select
    withdrawals.article_id,
    coalesce(withdrawals.returned_at, articles.fetched_at) as returned_at
from figshare.withdrawals
left join figshare.articles on withdrawals.article_id = articles.article_id
where withdrawals.returned_at is not null or articles.fetched_at > withdrawals.checked_at
