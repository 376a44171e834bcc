-- One row per month of which anything is known.
--
-- parameters:
--   entity_type: article, author, group or institution.
--   entity_id: whose; NULL for several articles.
--   article_ids: those; NULL for one entity.
--   institution_id: as this institution lists them; NULL for any.
--
-- columns:
--   month: its first day.
--   views: views in it, by full counting; NULL when not known.
--   downloads: downloads in it, likewise.
--   complete_to: as usage_complete_to in reports.usage_by_month.
--   known_ratio: as usage_known_ratio there.

select
    month,
    cast(sum(views_full) as bigint) as views,
    cast(sum(downloads_full) as bigint) as downloads,
    min(usage_complete_to) as complete_to,
    min(usage_known_ratio) as known_ratio
from reports.usage_by_month
where
    entity_type = $entity_type
    and ($entity_id is null or entity_id = $entity_id)
    and ($article_ids is null or list_contains(cast($article_ids as bigint[]), entity_id))
    and ($institution_id is null or institution_id = $institution_id)
group by month
