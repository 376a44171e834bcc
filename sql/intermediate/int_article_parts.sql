-- One row per article of int_articles: which parts of its metadata are there; NULL when the record does not tell, as
-- when the answer had no such list.
--
-- columns:
--   article_id: The article.
--   has_license: Whether a licence of it is known.
--   description_length: Characters of the description without HTML, white space folded; 0 when there is none.
--   has_categories: Whether it has a subject category.
--   has_keywords: Whether it has a keyword.
--   has_orcid: Whether an author's valid ORCID iD is given.
--   has_funding: Whether a grant or funding as free text is given.
--   has_references: Whether it refers to something: a reference, a related material or a linked publication.
--   has_readme: Whether one of its files is a README; NULL also when it has no files.

with
article_categories as (
    select distinct article_id
    from intermediate.int_article_categories
),

article_tags as (
    select distinct article_id
    from intermediate.int_article_tags
),

article_funding as (
    select distinct article_id
    from intermediate.int_article_funding
),

article_references as (
    select article_id
    from figshare.article_references
    where trim(reference) <> ''
    union
    select article_id
    from figshare.article_related_materials
),

orcids as (
    select distinct article_id
    from intermediate.int_article_authors
    where orcid is not null
),

readmes as (
    select
        article_id,
        bool_or(is_readme) as has_readme
    from staging.stg_article_files
    group by article_id
)

select
    articles.article_id,
    articles.license is not null as has_license,
    coalesce(length(staging.description_text(records.description)), 0) as description_length,
    case
        when article_categories.article_id is not null then true
        when records.category_count = 0 then false
    end as has_categories,
    case
        when article_tags.article_id is not null then true
        when records.tag_count = 0 then false
    end as has_keywords,
    case
        when orcids.article_id is not null then true
        when records.author_count is not null then false
    end as has_orcid,
    case
        when article_funding.article_id is not null then true
        when records.funding_count = 0 then false
    end as has_funding,
    case
        when article_references.article_id is not null or articles.resource_doi is not null
            then true
        when records.reference_count = 0 or records.related_material_count = 0 then false
    end as has_references,
    readmes.has_readme
from intermediate.int_articles as articles
inner join figshare.articles as records on articles.article_id = records.article_id
left join article_categories on articles.article_id = article_categories.article_id
left join article_tags on articles.article_id = article_tags.article_id
left join article_funding on articles.article_id = article_funding.article_id
left join article_references on articles.article_id = article_references.article_id
left join orcids on articles.article_id = orcids.article_id
left join readmes on articles.article_id = readmes.article_id
