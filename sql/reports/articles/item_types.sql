-- One row per scope and item type of its articles.
--
-- Counted are articles of the scope that are loaded: those that the institution currently lists, or that the search
-- still finds. Each is in one row of its scope, so the counts add up to the scope's. Sums of files and sizes leave out
-- articles that do not tell theirs and are NULL when none does. Scopes overlap: choose one, or one kind of them, before
-- adding up. A scope without any such article has no row. For what kinds of items there are.
--
-- key: scope_id, item_type
-- columns:
--   institution_id: The institution; NULL for a search.
--   item_type: Figshare's name of the item type; NULL when not known.
--   article_count: Articles of that type.
--   file_count: Files of the articles.
--   size_bytes: Size of the files in bytes, as the articles say.

select
    scope_id,
    scope,
    institution_id,
    group_id,
    scope_name,
    item_type,
    count(*) as article_count,
    cast(count(*) as double) / scope_article_count as article_ratio,
    cast(sum(file_count) as bigint) as file_count,
    cast(sum(size_bytes) as bigint) as size_bytes,
    cast(sum(views) as bigint) as views,
    cast(sum(downloads) as bigint) as downloads,
    cast(sum(views) as double) / nullif(count(views), 0) as views_per_article,
    cast(count(usage_as_of) as double) / count(*) as usage_known_ratio
from intermediate.int_scope_usage
group by scope_id, scope, institution_id, group_id, scope_name, scope_article_count, item_type
