-- One row per collection with its lists as text, each in the collection's own order, joined by `; `.
--
-- columns:
--   collection_id: The collection.
--   authors: Names of the authors; NULL when none.
--   categories: Titles of the subject categories; NULL when none.
--   tags: Keywords as written; NULL when none.

with
joined_authors as (
    select
        collection_id,
        string_agg(staging.person_name(full_name, first_name, last_name), '; ' order by position) as authors
    from figshare.collection_authors
    group by collection_id
),

joined_categories as (
    select
        collection_categories.collection_id,
        string_agg(
            staging.category(collection_categories.title, categories.title),
            '; '
            order by collection_categories.position
        ) as categories
    from figshare.collection_categories
    left join figshare.categories on collection_categories.category_id = categories.id
    group by collection_categories.collection_id
),

joined_tags as (
    select
        collection_id,
        string_agg(staging.blank_to_null(tag), '; ' order by position) as tags
    from figshare.collection_tags
    group by collection_id
)

select
    collections.collection_id,
    joined_authors.authors,
    joined_categories.categories,
    joined_tags.tags
from figshare.collections
left join joined_authors on collections.collection_id = joined_authors.collection_id
left join joined_categories on collections.collection_id = joined_categories.collection_id
left join joined_tags on collections.collection_id = joined_tags.collection_id
