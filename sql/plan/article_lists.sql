-- One row per article in `fetched_articles` and list in it, as text, of the values that reports
-- show.
--
-- `fetched_articles` and so on are articles and what belongs to them, as they were just read or as
-- the warehouse holds them. The elements are joined by `; `, authors in their order, others by the
-- alphabet; what a report shows once is there once.
--
-- columns:
--   article_id: the article.
--   field: the list.
--   value: its elements; NULL when it is empty.
--   is_known: whether all its elements are there, as many as the article has. A load that was
--     broken off can leave fewer; and files may not be shown, as under an embargo.

with
elements as (
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
),

ranked as (
    select
        *,
        row_number() over (partition by article_id, field, key order by position) = 1
        and key is not null as is_shown,
        case when field = 'authors' then position else 0 end as place
    from elements
),

texts as (
    select
        article_id,
        field,
        count(*) as element_count,
        string_agg(
            replace(element, '; ', '\; '), '; ' order by place, lower(element), element
        ) filter (where is_shown) as value
    from ranked
    group by article_id, field
),

counts as (
    select
        article_id,
        author_count as authors,
        category_count as categories,
        tag_count as tags,
        staging.shown_file_count(file_count, size) as files,
        funding_count as funding,
        reference_count as "references",
        related_material_count as related_materials,
        custom_field_count as custom_fields
    from fetched_articles
),

lists as (
    select
        article_id,
        field,
        element_count
    from counts
    unpivot include nulls (element_count for field in (columns(* exclude (article_id))))
)

select
    lists.article_id,
    lists.field,
    texts.value,
    coalesce(lists.element_count = coalesce(texts.element_count, 0), false) as is_known
from lists
left join texts on lists.article_id = texts.article_id and lists.field = texts.field
