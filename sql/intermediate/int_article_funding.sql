-- One row per loaded article and different grant that it names, linked or written by hand.
--
-- A linked entry is one that Figshare joined to a grant it knows; a written one is what the depositor wrote. Where
-- Figshare does not say which (old records), an entry with a funder is linked. An article without a list of funding
-- that has the old free text has one written entry with that text. Written entries are the same grant when title and
-- code are, but for capitals.
--
-- columns:
--   article_id: The article.
--   grant_key: What stands for the grant: `linked` and Figshare's id, else what is written.
--   funding_kind: `linked` or `written`.
--   funding_id: Figshare's id of the funding; NULL for the old free text.
--   grant_title: Title of the grant, or what the depositor wrote; NULL when there is none.
--   grant_code: The funder's code of the grant; NULL when none is given.
--   funder: Name of the funder; NULL for written entries, which name none apart.
--   grant_url: Address of the grant; NULL when none is given.
--   position: Its first place among the article's entries, from 1.

with
listed_entries as (
    select
        article_id,
        position,
        staging.funding_kind(is_user_defined, funder_name) as funding_kind,
        nullif(funding_id, 0) as funding_id,
        staging.blank_to_null(title) as grant_title,
        staging.blank_to_null(grant_code) as grant_code,
        staging.blank_to_null(funder_name) as funder,
        staging.blank_to_null(url) as grant_url
    from figshare.article_funding
),

free_texts as (
    select
        articles.article_id,
        1 as position,
        'written' as funding_kind,
        cast(null as bigint) as funding_id,
        trim(articles.funding) as grant_title,
        cast(null as varchar) as grant_code,
        cast(null as varchar) as funder,
        cast(null as varchar) as grant_url
    from figshare.articles
    left join figshare.article_funding on articles.article_id = article_funding.article_id
    where trim(articles.funding) <> '' and article_funding.article_id is null
),

entries as (
    select * from listed_entries
    union all
    select * from free_texts
),

keyed as (
    select
        article_id,
        staging.grant_key(funding_kind, funding_id, grant_title, grant_code) as grant_key,
        funding_kind,
        funding_id,
        grant_title,
        grant_code,
        case when funding_kind = 'linked' then funder end as funder,
        grant_url,
        position
    from entries
)

select * from keyed
qualify row_number() over (partition by article_id, grant_key order by position) = 1
