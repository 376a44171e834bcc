-- One row per item of a page that it shows: the latest, and the most downloaded.
--
-- parameters:
--   institution_id: items that this institution lists; NULL for any.
--   group_ids: items in these groups; NULL for any.
--   author_id: items of this person; NULL for any.
--   search: what this search finds, whoever lists it; NULL for items that are listed. Licence and name of the group are
--     known of listed items only.
--   latest: so many of the latest.
--   top: so many of the most downloaded.
--
-- columns:
--   article_id: as in reports.articles, with what follows.
--   title: its title.
--   doi: its DOI.
--   url: its address.
--   item_type: its type.
--   group_id: its group.
--   group_name: the name of that.
--   license: its licence.
--   published_on: when it was first public.
--   views: its views.
--   downloads: its downloads.
--   citations: its citations.
--   entity_count: how many items there are in all.
--   latest_place: its place among all, the latest first.
--   top_place: its place among those that were downloaded, the most first; NULL for the others.

with
listed as (
    select * from reports.articles
    where
        ($institution_id is null or institution_id = $institution_id)
        and ($group_ids is null or list_contains(cast($group_ids as bigint[]), group_id))
        and (
            $author_id is null
            or article_id in (
                select theirs.article_id from reports.author_articles as theirs
                where theirs.author_id = $author_id
            )
        )
),

known as (
    select distinct on (article_id)
        article_id,
        license,
        group_name
    from reports.articles
    order by article_id, institution_id
),

items as (
    select
        article_id,
        title,
        doi,
        url,
        item_type,
        group_id,
        group_name,
        license,
        published_on,
        views,
        downloads,
        citations
    from listed
    where $search is null
    union all
    select
        results.article_id,
        results.title,
        results.doi,
        results.url,
        results.item_type,
        results.group_id,
        known.group_name,
        known.license,
        results.published_on,
        results.views,
        results.downloads,
        cited.citations
    from reports.search_results as results
    left join known on results.article_id = known.article_id
    left join reports.article_citations as cited on results.article_id = cited.article_id
    where results.search = $search and results.is_found is distinct from false
)

select
    *,
    count(*) over () as entity_count,
    row_number() over (order by published_on desc nulls last, article_id asc) as latest_place,
    case
        when downloads > 0
            then row_number() over (order by downloads desc nulls last, views desc nulls last, article_id asc)
    end as top_place
from items
qualify latest_place <= $latest or top_place <= $top
order by latest_place
