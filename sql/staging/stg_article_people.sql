-- One row per currently listed article and person among its authors.
--
-- A person who is listed twice (under two ids, or by mistake) is one row, at the first place.
-- Entries without an author id cannot be told to be anybody and are left out.
--
-- columns:
--   article_id: The article.
--   person_id: The person: stg_people.person_id.
--   position: The person's first place in the article's list of authors, from 1.
--   full_name: The name as written there; NULL when there is none.
--   orcid: The person's ORCID iD; NULL when not known.
--   published_on: Day (UTC) the article was first public.

with

article_authors as (

    select * from staging.stg_article_authors

),

articles as (

    select * from staging.stg_articles

),

people as (

    select * from staging.stg_people

),

article_people as (

    select
        article_authors.article_id,
        people.person_id,
        article_authors.position,
        article_authors.full_name,
        people.orcid,
        articles.published_on

    from article_authors
    inner join articles on article_authors.article_id = articles.article_id
    inner join people on article_authors.author_id = people.author_id
    qualify row_number() over (
        partition by article_authors.article_id, people.person_id
        order by article_authors.position
    ) = 1

)

select * from article_people
