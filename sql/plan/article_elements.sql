-- One row per element of the lists in `fetched_articles`, as the text that is compared.
--
-- `fetched_articles` and so on are articles and what belongs to them, as they were just read or as the warehouse holds
-- them.
--
-- columns:
--   article_id: the article.
--   field: the list.
--   position: the element's place in it.
--   key: elements of the same key are shown once; one without is not shown.
--   element: the element, as text.

select
    article_id,
    'authors' as field,
    position,
    cast(position as varchar) as key,
    staging.labelled(
        staging.person_name(full_name, first_name, last_name),
        nullif(author_id, 0),
        staging.orcid(orcid_id)
    ) as element
from fetched_article_authors
union all
select
    article_categories.article_id,
    'categories' as field,
    article_categories.position,
    staging.category(article_categories.title, categories.title) as key,
    staging.labelled(
        staging.category(article_categories.title, categories.title),
        article_categories.category_id,
        null
    ) as element
from fetched_article_categories as article_categories
left join figshare.categories as categories on article_categories.category_id = categories.id
union all
select
    article_id,
    'tags' as field,
    position,
    lower(staging.one_line(tag)) as key,
    staging.one_line(tag) as element
from fetched_article_tags
union all
select
    article_id,
    'files' as field,
    position,
    cast(position as varchar) as key,
    staging.labelled(
        staging.blank_to_null(name), nullif(file_id, 0), size || ' bytes'
    ) as element
from fetched_article_files
union all
select
    article_id,
    'funding' as field,
    position,
    staging.grant_key(
        staging.funding_kind(is_user_defined, funder_name), funding_id, title, grant_code
    ) as key,
    staging.labelled(
        staging.blank_to_null(title),
        staging.blank_to_null(grant_code),
        staging.blank_to_null(funder_name)
    ) as element
from fetched_article_funding
union all
select
    article_id,
    'references' as field,
    position,
    staging.blank_to_null(reference) as key,
    staging.blank_to_null(reference) as element
from fetched_article_references
union all
select
    article_id,
    'related_materials' as field,
    position,
    staging.publication(identifier, link) as key,
    concat_ws(
        ' ', staging.blank_to_null(relation), staging.publication(identifier, link)
    ) as element
from fetched_article_related_materials
union all
select
    article_id,
    'custom_fields' as field,
    position,
    cast(position as varchar) as key,
    staging.custom_field_name(name) || ': '
    || coalesce(staging.joined(staging.custom_field_texts(value)), '') as element
from fetched_article_custom_fields
