-- One row per institution and article that it currently lists and that is loaded: which recommended parts of the
-- metadata it has.
--
-- A part is NULL when the record does not tell, as when the answer held no such list; it is not missing then. A licence
-- or a description that the record does not name is missing. For lists of items to complete, the worst first: `order by
-- missing_count desc`.
--
-- key: institution_id, article_id
-- columns:
--   group_id: Group it lies in; NULL when in none.
--   has_license: Whether a licence of it is known.
--   description_length: Characters of the description, without HTML; 0 when there is none.
--   has_description: Whether those are 100 or more.
--   has_categories: Whether it has a subject category.
--   has_keywords: Whether it has a keyword.
--   has_orcid: Whether an author's valid ORCID iD is given.
--   has_funding: Whether a grant, or funding as free text, is given; not every item was funded.
--   has_references: Whether it refers to something: a reference, a related material or a linked publication.
--   has_readme: Whether one of its files is a README; NULL also when it has no files.
--   missing_count: How many of the eight are known to be missing.
--   missing_fields: Which, joined by `; `: license, description, categories, keywords, orcid, funding, references,
--     readme; NULL when none is.

select
    articles.institution_id,
    articles.article_id,
    articles.title,
    articles.url,
    articles.item_type,
    articles.group_id,
    articles.group_name,
    article_completeness.has_license,
    article_completeness.description_length,
    article_completeness.has_description,
    article_completeness.has_categories,
    article_completeness.has_keywords,
    article_completeness.has_orcid,
    article_completeness.has_funding,
    article_completeness.has_references,
    article_completeness.has_readme,
    article_completeness.missing_count,
    article_completeness.missing_fields
from reports.articles
inner join intermediate.int_article_completeness as article_completeness
    on articles.article_id = article_completeness.article_id
