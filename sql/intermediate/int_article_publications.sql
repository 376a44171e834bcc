-- One row per article of int_articles and publication that it is linked to.
--
-- A link is the record's own related paper (`resource_doi`) or one of its related materials. The same DOI or address in
-- both is one row, with the relation that the related material gives.
--
-- columns:
--   article_id: The article.
--   publication: What is linked: a DOI without `https://doi.org/`, else the identifier as given, in lower case.
--   is_doi: Whether that is a DOI.
--   relation: DataCite relation from the article to it, for instance IsSupplementTo; NULL when only the record's
--     related paper says it.
--   publication_title: Its title; NULL when none is given.
--   publication_url: Its address; NULL when not known.

with
articles as (select * from intermediate.int_articles),

given as (
    select
        article_id,
        0 as position,
        resource_doi as identifier,
        cast(null as varchar) as relation,
        resource_title as title,
        cast(null as varchar) as address
    from articles
    where resource_doi is not null
    union all
    select
        related_materials.article_id,
        related_materials.position,
        coalesce(
            staging.blank_to_null(related_materials.identifier), staging.blank_to_null(related_materials.link)
        ) as identifier,
        staging.blank_to_null(related_materials.relation) as relation,
        staging.blank_to_null(related_materials.title) as title,
        staging.blank_to_null(related_materials.link) as address
    from figshare.article_related_materials as related_materials
    inner join articles on related_materials.article_id = articles.article_id
),

cleaned as (
    select
        article_id,
        position,
        staging.publication(identifier, null) as publication,
        relation,
        title,
        coalesce(address, case when identifier ilike 'http%' then identifier end) as address
    from given
    where identifier is not null
)

select
    article_id,
    publication,
    publication like '10.%/%' as is_doi,
    arg_min(relation, position) as relation,
    arg_min(title, position) as publication_title,
    coalesce(
        arg_min(address, position),
        case when publication like '10.%/%' then 'https://doi.org/' || publication end
    ) as publication_url
from cleaned
where publication is not null
group by article_id, publication
