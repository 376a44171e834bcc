-- One row per account that is not gone: who deposits, when last, and who never did.
--
-- Counted are public articles that an institution currently lists and that show the account's person as an author, by
-- Figshare's id of the person. An article that somebody else deposited counts for each of its authors. For counting
-- active depositors by school, and for finding people to write to.
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
--   article_count: Public articles that show the person as an author; NULL when the person's id is not known.
--   first_published_on: Day (UTC) the earliest of them was first public; NULL when there is none.
--   last_published_on: Day (UTC) the latest of them was first public; NULL when there is none.
--   has_published: Whether there is any; NULL when the person's id is not known.
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
    case when accounts.author_id is not null then coalesce(published.article_count, 0) end as article_count,
    published.first_published_on,
    published.last_published_on,
    case when accounts.author_id is not null then published.author_id is not null end as has_published,
    accounts.used_bytes,
    accounts.seen_at
from internal_staging.int_accounts as accounts
left join published on accounts.author_id = published.author_id
where accounts.left_at is null
