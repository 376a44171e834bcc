-- One row per article that an id or a DOI can mean, by what fits best.
--
-- A DOI is an article's own, of whichever version, before it is that of the publication that the article belongs to. An
-- id that is only read off a DOI counts where the article's own is not known.
--
-- parameters:
--   article_id: Figshare's id; NULL where only a DOI is known.
--   doi: a DOI in lower case, without its resolver and without a version; NULL where only an id is known.
--
-- columns:
--   found_by: `id`, `DOI`, `DOI of its publication` or `id in the DOI`.

with
known_articles as (
    select
        article_id,
        title,
        doi,
        resource_doi
    from reports.articles
    union
    select
        article_id,
        title,
        doi,
        resource_doi
    from reports.other_articles
),

fits as (
    select
        article_id,
        title,
        case
            when $doi is null and article_id = $article_id then 'id'
            when regexp_replace(lower(doi), '\.v[0-9]{1,4}$', '') = $doi then 'DOI'
            when regexp_replace(lower(resource_doi), '\.v[0-9]{1,4}$', '') = $doi then 'DOI of its publication'
            when article_id = $article_id and doi is null then 'id in the DOI'
        end as found_by
    from known_articles
)

select
    article_id,
    title,
    found_by
from fits
where found_by is not null
qualify
    list_position(['id', 'DOI', 'DOI of its publication', 'id in the DOI'], found_by)
    = min(list_position(['id', 'DOI', 'DOI of its publication', 'id in the DOI'], found_by)) over ()
order by article_id
