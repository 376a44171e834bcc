-- One row per account that is not gone: who deposits, when last, and who never did.
--
-- Whose an article is, is known once the articles in every state were read: the counts that begin with `owned_` are of
-- what the account itself deposited. `article_count` is of public articles that an institution currently lists and that
-- show the account's person as an author, whoever deposited them. For counting active depositors by school, and for
-- finding people to write to.
--
-- key: account_id
-- columns:
--   account_id: Figshare's id of the account.
--   account_name: Name of the person; NULL when not known.
--   email: E-mail address; NULL when not known.
--   orcid: ORCID iD as 0000-0000-0000-000X; NULL when none is given or it is not valid.
--   is_active: Whether the account can be used.
--   group_id: The group that the account belongs to; NULL when its detail was not read.
--   group_name: Name of that group; NULL when not known.
--   school: School of the user's list that the group belongs to; NULL when none.
--   created_at: When the account was made (UTC); NULL when its detail was not read.
--   deposits: `published` when it owns an article that was ever published, `drafts only` when it owns others, `never`
--     when it owns none; NULL when whose articles are is not known.
--   owned_article_count: Articles that it owns, in every state; NULL when that is not known.
--   owned_published_count: Those of them that were ever published, embargoed ones among them; NULL when not known.
--   owned_draft_count: Those of them that never were; NULL when not known.
--   last_deposited_at: When the latest version of them was published (UTC); NULL when none was, or not known.
--   article_count: Public articles that show the person as an author; NULL when the person's id is not known.
--   first_published_on: Day (UTC) the earliest of these was first public; NULL when there is none.
--   last_published_on: Day (UTC) the latest of these was first public; NULL when there is none.
--   used_bytes: Storage that the account uses, in bytes.
--   seen_at: When the account was last seen (UTC).

with
published as (
    select
        entries.author_id,
        count(distinct entries.article_id) as article_count,
        min(articles.published_on) as first_published_on,
        max(articles.published_on) as last_published_on
    from reports.article_authors as entries
    inner join reports.article_main as articles on entries.article_id = articles.article_id
    where entries.author_id is not null
    group by entries.author_id
)

select
    accounts.account_id,
    accounts.account_name,
    accounts.email,
    accounts.orcid,
    accounts.is_active,
    accounts.group_id,
    accounts.group_name,
    accounts.school,
    accounts.created_at,
    case
        when articles_owned.owned_published_count > 0 then 'published'
        when articles_owned.owned_article_count > 0 then 'drafts only'
        when articles_owned.owned_article_count = 0 then 'never'
    end as deposits,
    articles_owned.owned_article_count,
    articles_owned.owned_published_count,
    articles_owned.owned_draft_count,
    articles_owned.last_deposited_at,
    case when accounts.author_id is not null then coalesce(published.article_count, 0) end as article_count,
    published.first_published_on,
    published.last_published_on,
    accounts.used_bytes,
    accounts.seen_at
from internal_staging.int_accounts as accounts
left join internal_staging.int_owned_articles as articles_owned
    on accounts.account_id = articles_owned.account_id
left join published on accounts.author_id = published.author_id
where accounts.left_at is null
