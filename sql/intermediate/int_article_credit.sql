-- One row per institution, article that it currently lists, and person among its authors, with the part of the article
-- that is the person's by fractional counting.
--
-- columns:
--   institution_id: The institution.
--   article_id: The article.
--   person_id: The person: int_people.person_id.
--   fraction: 1/n, where n people are the article's authors.

with
article_people as (select * from intermediate.int_article_people),

people_counts as (
    select
        article_id,
        count(*) as people_count
    from article_people
    group by article_id
)

select
    institution_articles.institution_id,
    institution_articles.article_id,
    article_people.person_id,
    cast(1 as double) / people_counts.people_count as fraction
from intermediate.int_institution_articles as institution_articles
inner join article_people on institution_articles.article_id = article_people.article_id
inner join people_counts on institution_articles.article_id = people_counts.article_id
