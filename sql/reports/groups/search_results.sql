-- One row per named search and article that it found, now or once.
--
-- Searches go over all of Figshare, so articles of any institution are here. NULL means not known or none; what comes
-- from an article's record is NULL while that is not read. For finding an institution's work outside its own
-- repository, and for following a topic.
--
-- key: search, article_id
-- columns:
--   title: Title as plain text; as the search gives it, which may hold HTML, while the record is not read.
--   doi: DOI of the latest version, without `https://doi.org/`.
--   item_type: Figshare's name of the item type, for instance dataset.
--   authors: Names of the authors in the order shown, joined by `; `.
--   group_id: Group of an institution's repository that it lies in; NULL when in none.
--   published_on: Day (UTC) it was first public.
--   first_seen_at: When the search first found it (UTC).
--   last_seen_at: When the search last found it (UTC).
--   is_found: Whether the search still finds it, by its last complete reading, and it is not withdrawn; NULL while the
--     search was never read to its end.
--   is_loaded: Whether its record is read.
--   views: Views since the beginning; NULL when not known. Figshare's own count, not COUNTER's.
--   downloads: Downloads since the beginning; NULL when not known.

select
    found_articles.search,
    found_articles.article_id,
    coalesce(records.title, found_articles.title) as title,
    records.doi,
    coalesce(records.url, found_articles.url) as url,
    records.item_type,
    article_lists.authors,
    coalesce(records.group_id, found_articles.group_id) as group_id,
    records.published_on,
    found_articles.first_seen_at,
    found_articles.last_seen_at,
    found_articles.is_found,
    records.article_id is not null as is_loaded,
    article_usage.views,
    article_usage.downloads
from intermediate.int_found_articles as found_articles
left join intermediate.int_article_records as records on found_articles.article_id = records.article_id
left join intermediate.int_article_usage as article_usage on found_articles.article_id = article_usage.article_id
left join intermediate.int_article_lists as article_lists on found_articles.article_id = article_lists.article_id
