-- One row per prefix of DOIs that goes with an institution: no other article or collection has it.
--
-- `fetched_articles` are the rows of `forgotten_articles`, `fetched_entities` those of `forgotten_entities`.
--
-- columns:
--   prefix: the prefix.

with
kept as (
    select articles.doi
    from figshare.articles
    anti join fetched_articles on articles.article_id = fetched_articles.article_id
    union all
    select collections.doi
    from figshare.collections
    anti join fetched_entities
        on collections.collection_id = fetched_entities.entity_id and fetched_entities.entity_type = 'collection'
),

kept_prefixes as (
    select distinct split_part(regexp_extract(lower(doi), '10\.[0-9.]+/'), '/', 1) as doi_prefix
    from kept
)

select doi_readings.prefix
from datacite.doi_readings
anti join kept_prefixes on doi_readings.prefix = kept_prefixes.doi_prefix
order by doi_readings.prefix
