-- One row per institution, article that it currently lists and is loaded, and publication that the article is linked
-- to.
--
-- A link is the record's own related paper or one of its related materials; the same DOI or address in both is one row.
-- Every related material counts, whatever its relation: `where relation = 'IsSupplementTo'` gives the papers that items
-- belong to. For finding papers whose data are in the repository.
--
-- key: institution_id, article_id, publication
-- columns:
--   group_id: Group it lies in; NULL when in none.
--   doi: DOI of the article's latest version; NULL when it has none.
--   publication: What is linked: a DOI without `https://doi.org/`, else the identifier as given, in lower case.
--   is_doi: Whether that is a DOI.
--   relation: DataCite relation from the article to it; NULL when only the record's related paper says it.
--   publication_title: Its title; NULL when none is given.
--   publication_url: Its address; NULL when not known.

select
    articles.institution_id,
    articles.article_id,
    articles.title,
    articles.url,
    articles.item_type,
    articles.group_id,
    articles.group_name,
    articles.doi,
    article_publications.publication,
    article_publications.is_doi,
    article_publications.relation,
    article_publications.publication_title,
    article_publications.publication_url
from reports.articles
inner join intermediate.int_article_publications as article_publications
    on articles.article_id = article_publications.article_id
