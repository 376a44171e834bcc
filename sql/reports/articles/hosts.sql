-- One row per scope and web site that shows its articles.
--
-- Counted are articles of the scope that are loaded: those that the institution currently lists, or that the search
-- still finds. Each is in one row of its scope, so the counts add up to the scope's. Scopes overlap: choose one, or one
-- kind of them, before adding up. A scope without any such article has no row. For finding where on Figshare a search's
-- articles lie: a portal's own host, or `figshare.com` for items of people without one.
--
-- key: scope_id, host
-- columns:
--   institution_id: The institution; NULL for a search.
--   host: Host name of the public page; NULL when the record names no page.
--   article_count: Articles shown there.
--   group_article_count: Those of them that lie in a group, and so in an institution's repository.

select
    scope_usage.scope_id,
    scope_usage.scope,
    scope_usage.institution_id,
    scope_usage.group_id,
    scope_usage.scope_name,
    article_hosts.host,
    count(*) as article_count,
    cast(count(*) as double) / scope_usage.scope_article_count as article_ratio,
    count(scope_usage.article_group_id) as group_article_count,
    cast(sum(scope_usage.views) as bigint) as views,
    cast(sum(scope_usage.downloads) as bigint) as downloads,
    cast(count(scope_usage.usage_as_of) as double) / count(*) as usage_known_ratio
from intermediate.int_scope_usage as scope_usage
left join staging.stg_article_hosts as article_hosts on scope_usage.article_id = article_hosts.article_id
group by
    scope_usage.scope_id,
    scope_usage.scope,
    scope_usage.institution_id,
    scope_usage.group_id,
    scope_usage.scope_name,
    scope_usage.scope_article_count,
    article_hosts.host
