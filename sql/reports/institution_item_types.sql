-- One row per institution and item type of its articles.
--
-- Counted are articles that the institution currently lists and that are loaded; each is in one
-- row, so the counts add up to the institution's. Sums of files and sizes leave out articles that
-- do not tell theirs and are NULL when none does. For items of each kind.
--
-- columns:
--   institution_id: Figshare's id of the institution.
--   item_type: Figshare's name of the item type; NULL when not known.
--   article_count: Articles.
--   file_count: Files of the articles.
--   size_bytes: Size of the files in bytes.

with

institution_articles as (

    select * from staging.stg_institution_articles

),

articles as (

    select * from staging.stg_articles

),

described_articles as (

    select
        institution_articles.institution_id,
        articles.item_type,
        articles.file_count,
        articles.size_bytes

    from institution_articles
    inner join articles on institution_articles.article_id = articles.article_id

),

sums as (

    select
        institution_id,
        item_type,
        count(*) as article_count,
        cast(sum(file_count) as bigint) as file_count,
        cast(sum(size_bytes) as bigint) as size_bytes

    from described_articles
    group by institution_id, item_type

)

select * from sums
