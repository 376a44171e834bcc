-- One row per author entry of an article that an institution currently lists and that is loaded.
--
-- Authors whom only a search found are not here: searches go over all of Figshare. Entries without an author id cannot
-- be matched to a person and are left out.
--
-- columns:
--   article_id: The article.
--   position: The place in the article's list of authors, from 1.
--   author_id: Figshare's id of the author.
--   full_name: The name as written there; NULL when there is none.
--   orcid: The ORCID iD given there; NULL when none is given or it is not valid.
--   published_on: Day (UTC) the article was first public.

with
article_authors as (select * from intermediate.int_article_authors where author_id is not null),

institution_articles as (
    -- An article that two institutions list is one article.
    select distinct
        article_id,
        published_on
    from intermediate.int_institution_articles
)

select
    article_authors.article_id,
    article_authors.position,
    article_authors.author_id,
    article_authors.full_name,
    article_authors.orcid,
    institution_articles.published_on
from article_authors
inner join institution_articles on article_authors.article_id = institution_articles.article_id
