-- One row per article of int_articles: which recommended parts of its metadata are there.
--
-- Each is NULL when the record does not tell, as when the answer had no such list; a licence or a description that the
-- record does not name is missing.
--
-- columns:
--   article_id: The article.
--   has_license: Whether a licence of it is known.
--   description_length: Characters of the description without HTML, white space folded; 0 when there is none.
--   has_description: Whether that is 100 characters or more.
--   has_categories: Whether it has a subject category.
--   has_keywords: Whether it has a keyword.
--   has_orcid: Whether an author's valid ORCID iD is given.
--   has_funding: Whether a grant or funding as free text is given.
--   has_references: Whether it refers to something: a reference, a related material or a linked publication.
--   has_readme: Whether one of its files is a README; NULL also when it has no files.
--   missing_count: How many of the eight are known to be missing.
--   missing_fields: Their names, joined by `; `; NULL when nothing is missing.

with
completeness as (
    select
        article_id,
        has_license,
        description_length,
        description_length >= 100 as has_description,
        has_categories,
        has_keywords,
        has_orcid,
        has_funding,
        has_references,
        has_readme,
        nullif(
            concat_ws(
                '; ',
                case when not has_license then 'license' end,
                case when description_length < 100 then 'description' end,
                case when not has_categories then 'categories' end,
                case when not has_keywords then 'keywords' end,
                case when not has_orcid then 'orcid' end,
                case when not has_funding then 'funding' end,
                case when not has_references then 'references' end,
                case when not has_readme then 'readme' end
            ),
            ''
        ) as missing_fields
    from intermediate.int_article_parts
)

select
    article_id,
    has_license,
    description_length,
    has_description,
    has_categories,
    has_keywords,
    has_orcid,
    has_funding,
    has_references,
    has_readme,
    coalesce(len(string_split(missing_fields, '; ')), 0) as missing_count,
    missing_fields
from completeness
