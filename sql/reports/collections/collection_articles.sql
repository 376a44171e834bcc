-- One row per institution, public collection that it currently lists, and public article in it, of any institution.
--
-- An article can be in several collections, so do not add up usage over collections. Articles of a collection whose
-- list could not be read are not here; `reports.collections` has NULL for their number.
--
-- key: institution_id, collection_id, article_id
-- columns:
--   collection_id: The collection: reports.collections.collection_id.
--   collection_title: Its title as plain text.
--   position: The place of the article in it, from 1.
--   item_type: Figshare's name of the item type; NULL when not known.
--   group_id: Group that the article lies in; NULL when in none.
--   published_at: When the article's latest version was published (UTC).
--   is_own: Whether the institution currently lists the article; its record is in reports.articles then.
--   views: Views of the article since the beginning; NULL when not known, as of articles that are not followed.
--   downloads: Downloads of the article; NULL when not known.
--   shares: Shares of the article; NULL when not known.

with
listed_entities as (select * from intermediate.int_listed_entities where entity_type = 'collection'),
entity_articles as (select * from intermediate.int_entity_articles where entity_type = 'collection')

select
    listed_entities.institution_id,
    collections.collection_id,
    collections.title as collection_title,
    entity_articles.position,
    entity_articles.article_id,
    entity_articles.title,
    entity_articles.doi,
    entity_articles.url,
    entity_articles.item_type,
    entity_articles.group_id,
    entity_articles.published_at,
    institution_articles.article_id is not null as is_own,
    article_usage.views,
    article_usage.downloads,
    article_usage.shares
from listed_entities
inner join intermediate.int_collections as collections on listed_entities.entity_id = collections.collection_id
inner join entity_articles on listed_entities.entity_id = entity_articles.entity_id
left join intermediate.int_institution_articles as institution_articles
    on
        listed_entities.institution_id = institution_articles.institution_id
        and entity_articles.article_id = institution_articles.article_id
left join intermediate.int_article_usage as article_usage on entity_articles.article_id = article_usage.article_id
