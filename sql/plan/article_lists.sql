-- One row per article in `fetched_articles` and list in it, as text, of the values that reports show.
--
-- `fetched_elements` are the rows of `article_elements` of the same articles. They are joined by `; `, authors in their
-- order, others by the alphabet; what a report shows once is there once.
--
-- columns:
--   article_id: the article.
--   field: the list.
--   value: its elements; NULL when it is empty.
--   is_known: whether all its elements are there, as many as the article has. A load that was broken off can leave
--     fewer; and files may not be shown, as under an embargo.

with
ranked as (
    select
        *,
        row_number() over (partition by article_id, field, key order by position) = 1
        and key is not null as is_shown,
        case when field = 'authors' then position else 0 end as place
    from fetched_elements
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
