-- One row per institution, public collection that it currently lists, and month of whose usage anything is known.
--
-- What Figshare counts for the collection itself, not COUNTER's: how it counts the articles in it is not documented.
-- There is a row, of 0 where there was no usage, for each month from that of the first usage to the last one of which
-- anything is known. The current month counts up to `observed_at`. An article can be in several collections, so do not
-- add up over collections.
--
-- key: institution_id, collection_id, month
-- columns:
--   collection_id: The collection: reports.collections.collection_id.
--   views: Views in the month; NULL when not known.
--   downloads: Downloads in the month; NULL when not known.
--   shares: Shares in the month; NULL when not known.

with
listed_entities as (select * from intermediate.int_listed_entities where entity_type = 'collection'),
months as (select * from intermediate.int_usage_by_month where entity_type = 'collection')

select
    listed_entities.institution_id,
    collections.collection_id,
    collections.title,
    months.month,
    months.views,
    months.downloads,
    months.shares,
    months.observed_at
from listed_entities
inner join intermediate.int_collections as collections on listed_entities.entity_id = collections.collection_id
inner join months on listed_entities.entity_id = months.entity_id
