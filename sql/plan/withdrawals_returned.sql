-- One row per withdrawal that has ended, since the article's detail was read again after it, as it
-- is to be loaded into withdrawals.
--
-- columns:
--   article_id: the article.
--   withdrawn_at: when it was found withdrawn (UTC).
--   returned_at: when it was found public again (UTC); the other columns stay as they are.

with

articles as (

    select * from figshare.articles

),

withdrawals as (

    select * from figshare.withdrawals
    where returned_at is null

),

returned as (

    select
        withdrawals.article_id,
        withdrawals.withdrawn_at,
        withdrawals.reason,
        withdrawals.listed_date,
        withdrawals.checked_at,
        articles.fetched_at as returned_at,
        withdrawals.refresh_id

    from withdrawals
    inner join articles on withdrawals.article_id = articles.id
    where articles.fetched_at > withdrawals.checked_at

)

select * from returned
