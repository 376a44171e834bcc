-- One row per article that an institution published in a period, with its usage in it, the latest first.
--
-- parameters:
--   from_day: the first day.
--   to_day: the last day.
--   institution_id: the institution.
--   group_ids: only articles in these groups; NULL for all.
--
-- columns:
--   doi: its DOI, or its address where it has none.

select
    published_on,
    title,
    authors,
    item_type,
    group_name,
    school,
    coalesce(doi, url) as doi,
    license,
    funders,
    categories,
    resource_doi,
    views,
    downloads,
    shares,
    months_known_ratio
from reports.outputs_between($from_day, $to_day)
where
    institution_id = $institution_id
    and ($group_ids is null or list_contains($group_ids, group_id))
order by published_on desc, article_id asc
