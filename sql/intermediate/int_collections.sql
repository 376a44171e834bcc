-- One row per loaded collection, withdrawn ones too, with its values cleaned and its lists as text.
--
-- columns:
--   collection_id: Figshare's id of the collection.
--   title: Title as plain text; NULL when it is blank.
--   authors: Names of the authors, joined by `; `; NULL when none.
--   doi: DOI of the latest version, without `https://doi.org/`; NULL when it has none.
--   categories: Titles of the subject categories, joined by `; `; NULL when none.
--   tags: Keywords as written, joined by `; `; NULL when none.
--   description: Description as plain text; NULL when none.
--   group_id: Group it lies in; NULL when in none.
--   version: Number of the latest public version.
--   published_at: When it was first published (UTC).
--   posted_at: When its latest version was posted (UTC).
--   modified_at: When it was last modified (UTC).
--   is_article_list_known: Whether the list of its articles could be read.
--   fetched_at: When the record was read (UTC).

select
    collections.collection_id,
    staging.blank_to_null(collections.title_text) as title,
    collection_lists.authors,
    staging.bare_doi(collections.doi) as doi,
    collection_lists.categories,
    collection_lists.tags,
    staging.description_text(collections.description) as description,
    collections.group_id,
    collections.version,
    collections.published_date as published_at,
    collections.timeline_posted as posted_at,
    collections.modified_date as modified_at,
    collections.article_count is not null as is_article_list_known,
    collections.fetched_at
from figshare.collections
left join intermediate.int_collection_lists as collection_lists
    on collections.collection_id = collection_lists.collection_id
