-- One row per item that is known to lack a recommended part of the metadata, the one that lacks most first.
--
-- parameters:
--   institution_id: items that this institution lists.
--   group_ids: items in these groups; NULL for any.
--   most: at most so many.
--
-- columns:
--   missing_fields: what it lacks, as in reports.metadata_completeness.
--   missing_count: how many parts these are.
--   entity_count: how many such items there are in all.

select
    metadata.article_id,
    metadata.title,
    metadata.url,
    articles.doi,
    metadata.missing_fields,
    metadata.missing_count,
    count(*) over () as entity_count
from reports.metadata_completeness as metadata
inner join reports.articles as articles
    on metadata.institution_id = articles.institution_id and metadata.article_id = articles.article_id
where
    metadata.institution_id = $institution_id
    and ($group_ids is null or list_contains(cast($group_ids as bigint[]), metadata.group_id))
    and metadata.missing_count > 0
order by metadata.missing_count desc, articles.published_on desc nulls last, metadata.article_id asc
limit $most
