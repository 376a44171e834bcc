-- One row per account whose articles are known, in every state, by their owner.
--
-- They are known of all accounts once the institution's list was read to its end and each article's detail was read;
-- of the token's account (`--account`) once that was so of its list.
--
-- columns:
--   account_id: The account.
--   owned_article_count: Articles that it owns, in every state.
--   owned_published_count: Those of them that were ever published, embargoed ones among them.
--   owned_draft_count: Those that never were.
--   last_deposited_at: When the latest version of them was published (UTC); NULL when none was.

with
unread as (
    select
        count(*) as unread_count,
        count(case when listed.part = 'own articles' then 1 end) as unread_own_count
    from figshare_internal.listed_articles as listed
    anti join figshare_internal.articles as articles on listed.article_id = articles.article_id
    where listed.left_at is null
),

known as (
    select accounts.account_id
    from figshare_internal.accounts as accounts
    cross join unread
    where
        unread.unread_count = 0
        and exists (select 1 from figshare_internal.readings as readings where readings.part = 'articles')
    union
    select own_accounts.account_id
    from figshare_internal.own_accounts as own_accounts
    cross join unread
    where
        unread.unread_own_count = 0
        and exists (select 1 from figshare_internal.readings as readings where readings.part = 'own articles')
),

owned as (
    select
        account_id,
        published_date,
        published_date is not null
        or coalesce(is_public or status = 'public', false)
        or coalesce(is_embargoed and embargo_type = 'article', false) as is_published
    from figshare_internal.articles
)

select
    known.account_id,
    count(owned.account_id) as owned_article_count,
    count(case when owned.is_published then 1 end) as owned_published_count,
    count(case when not owned.is_published then 1 end) as owned_draft_count,
    max(owned.published_date) as last_deposited_at
from known
left join owned on known.account_id = owned.account_id
group by known.account_id
