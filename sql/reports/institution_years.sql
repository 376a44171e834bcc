-- One row per institution and year of first publication of its articles.
--
-- Counted are articles that the institution currently lists and that are loaded; each is in one
-- row, so the counts add up to the institution's. Sums of files and sizes leave out articles that
-- do not tell theirs and are NULL when none does. For growth over the years.
--
-- columns:
--   institution_id: Figshare's id of the institution.
--   published_year: Year (UTC) in which the articles were first public; NULL for articles without
--     any date.
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
        cast(extract(year from articles.published_on) as integer) as published_year,
        articles.file_count,
        articles.size_bytes

    from institution_articles
    inner join articles on institution_articles.article_id = articles.article_id

),

sums as (

    select
        institution_id,
        published_year,
        count(*) as article_count,
        cast(sum(file_count) as bigint) as file_count,
        cast(sum(size_bytes) as bigint) as size_bytes

    from described_articles
    group by institution_id, published_year

)

select * from sums
