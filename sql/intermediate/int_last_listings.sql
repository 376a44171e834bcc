-- One row per article that was ever listed, as the listing of an institution or group that last showed it did; as a
-- search did, or it did itself, when no other listing ever showed it.
--
-- columns:
--   article_id: The article.
--   institution_id: The institution that the listing is limited to; NULL for others.
--   group_id: The group that the listing puts it in; NULL when it names none.
--   title: Title as the listing gives it; may hold HTML.
--   published_at: When its latest version was published (UTC).

select
    listed_articles.article_id,
    listings.institution_id,
    coalesce(nullif(listed_articles.group_id, 0), nullif(listings.group_id, 0)) as group_id,
    staging.blank_to_null(listed_articles.title) as title,
    listed_articles.published_date as published_at
from intermediate.int_last_sightings as last_sightings
inner join figshare.listed_articles
    on last_sightings.listing = listed_articles.listing and last_sightings.article_id = listed_articles.article_id
left join figshare.listings on listed_articles.listing = listings.listing
