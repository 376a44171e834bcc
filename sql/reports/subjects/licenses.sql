-- One row per scope and licence of its articles.
--
-- Counted are articles of the scope that are loaded: those that the institution currently lists, or that the search
-- still finds. Each is in one row of its scope, so the counts add up to the scope's. Scopes overlap: choose one, or one
-- kind of them, before adding up. A scope without any such article has no row. For how open the items are, and how many
-- have no licence.
--
-- key: scope_id, license
-- columns:
--   institution_id: The institution; NULL for a search.
--   article_count: Articles under it.

select
    scope_id,
    scope,
    institution_id,
    group_id,
    scope_name,
    license,
    count(*) as article_count,
    cast(count(*) as double) / scope_article_count as article_ratio,
    cast(sum(views) as bigint) as views,
    cast(sum(downloads) as bigint) as downloads,
    cast(sum(views) as double) / nullif(count(views), 0) as views_per_article,
    cast(count(usage_as_of) as double) / count(*) as usage_known_ratio
from intermediate.int_scope_usage
group by scope_id, scope, institution_id, group_id, scope_name, scope_article_count, license
