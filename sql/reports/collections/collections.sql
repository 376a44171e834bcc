-- One row per institution and public collection that it currently lists.
--
-- Usage is what Figshare counts for the collection, not COUNTER's: how it counts the articles in it is not documented.
-- `reports.collection_articles` has the usage of each article.
--
-- key: institution_id, collection_id
-- columns:
--   collection_id: Figshare's id of the collection.
--   authors: Names of the authors, joined by `; `; NULL when none.
--   tags: Keywords as written, joined by `; `; NULL when none.
--   description: Description as plain text; NULL when none.
--   group_id: Group it lies in; NULL when in none.
--   version: Number of the latest public version.
--   published_at: When it was first published (UTC).
--   posted_at: When its latest version was posted (UTC).
--   modified_at: When it was last modified (UTC).
--   article_count: Public articles in it, of any institution; NULL when their list could not be read.
--   own_article_count: Those of them that the institution currently lists; NULL likewise.
--   views: Views since the beginning; NULL when not known.
--   downloads: Downloads since the beginning; NULL when not known.
--   shares: Shares since the beginning; NULL when not known.
--   usage_as_of: When views and downloads were last known, the earlier of the two (UTC).
--   fetched_at: When the record was read (UTC).

with
article_counts as (select * from intermediate.int_entity_article_counts where entity_type = 'collection'),
usage as (select * from intermediate.int_entity_usage where entity_type = 'collection')

select
    article_counts.institution_id,
    collections.collection_id,
    collections.title,
    collections.authors,
    collections.doi,
    collections.categories,
    collections.tags,
    collections.description,
    collections.group_id,
    groups.group_name,
    collections.version,
    collections.published_at,
    collections.posted_at,
    collections.modified_at,
    case when collections.is_article_list_known then article_counts.article_count end as article_count,
    case when collections.is_article_list_known then article_counts.own_article_count end as own_article_count,
    usage.views,
    usage.downloads,
    usage.shares,
    usage.usage_as_of,
    collections.fetched_at
from article_counts
inner join intermediate.int_collections as collections on article_counts.entity_id = collections.collection_id
left join intermediate.int_groups as groups
    on article_counts.institution_id = groups.institution_id and collections.group_id = groups.group_id
left join usage on collections.collection_id = usage.entity_id
