-- One row per article that a listing currently holds, place in it and address that it names there: a file that lies
-- elsewhere, a reference, or a related material. Only addresses of the web are here.
--
-- key: article_id, place, position
-- columns:
--   article_id: The article.
--   place: file, reference or related_material.
--   position: The place in the article's list, from 1.
--   link: The address.

with
named as (
    select
        article_id,
        'file' as place,
        position,
        trim(download_url) as link
    from figshare.article_files
    where is_link_only
    union all
    select
        article_id,
        'reference' as place,
        position,
        trim(reference) as link
    from figshare.article_references
    union all
    select
        article_id,
        'related_material' as place,
        position,
        coalesce(staging.blank_to_null(link), trim(identifier)) as link
    from figshare.article_related_materials
)

select named.*
from named
inner join intermediate.int_articles as articles on named.article_id = articles.article_id
where regexp_matches(named.link, '^https?://\S+$', 'i')
