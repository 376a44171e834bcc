-- One row per withdrawal of which more is known now, as it is to be loaded into withdrawals.
--
-- It has ended when the article's detail was read again after it. One of an article that was still listed becomes one
-- that is gone from the listing when no listing holds the article any more.
--
-- columns:
--   article_id: the article.
--   withdrawn_at: when it was found withdrawn (UTC).
--   reason: `gone from the listing` or `not found`.
--   returned_at: when it was found public again (UTC); the other columns stay as they are.

with
withdrawals as (select * from figshare.withdrawals where returned_at is null),

listed_ids as (
    select distinct article_id
    from figshare.listed_articles
    where left_at is null
),

compared as (
    select
        withdrawals.article_id,
        withdrawals.withdrawn_at,
        case
            when listed_ids.article_id is null then 'gone from the listing'
            else withdrawals.reason
        end as reason,
        withdrawals.reason as reason_before,
        withdrawals.listed_date,
        withdrawals.checked_at,
        case
            when articles.fetched_at > withdrawals.checked_at then articles.fetched_at
        end as returned_at,
        withdrawals.refresh_id
    from withdrawals
    left join figshare.articles on withdrawals.article_id = articles.article_id
    left join listed_ids on withdrawals.article_id = listed_ids.article_id
)

select
    article_id,
    withdrawn_at,
    reason,
    listed_date,
    checked_at,
    returned_at,
    refresh_id
from compared
where returned_at is not null or reason <> reason_before
