-- One row per author entry of an article of reports.other_articles, as the article shows it.
--
-- As reports.article_authors, whose columns it has.
--
-- key: article_id, position
-- columns:
--   article_id: The article: reports.other_articles.article_id.
--   position: The place among the article's authors, from 1.
--   author_id: Figshare's id of the author; NULL when the entry has none.
--   full_name: The name as the article shows it; NULL when it shows none.
--   orcid: The author's ORCID iD as given there; NULL when none is given or it is not valid.
--   affiliations: The author's affiliations as the article lists them, in its order, joined by `; `; NULL when it lists
--     none, or was read through Figshare's API v2, which has none.

select
    article_authors.article_id,
    article_authors.position,
    article_authors.author_id,
    article_authors.full_name,
    article_authors.orcid,
    author_affiliations.affiliations
from intermediate.int_other_articles as other_articles
inner join intermediate.int_article_authors as article_authors
    on other_articles.article_id = article_authors.article_id
left join intermediate.int_author_affiliations as author_affiliations
    on
        article_authors.article_id = author_affiliations.article_id
        and article_authors.position = author_affiliations.author_position
