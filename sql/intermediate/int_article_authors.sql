-- One row per author entry of a loaded article, withdrawn ones too.
--
-- columns:
--   article_id: The article.
--   position: The place in the article's list of authors, from 1.
--   author_id: Figshare's id of the author; NULL when the entry has none.
--   full_name: The name as written there, white space folded; NULL when there is none.
--   orcid: The author's ORCID iD as 0000-0000-0000-000X; NULL when none is given or it is not valid.

select
    article_authors.article_id,
    article_authors.position,
    nullif(article_authors.author_id, 0) as author_id,
    staging.person_name(
        article_authors.full_name, article_authors.first_name, article_authors.last_name
    ) as full_name,
    orcids.orcid
from figshare.article_authors
left join intermediate.int_orcids as orcids on article_authors.orcid_id = orcids.orcid_id
