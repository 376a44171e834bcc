-- One row per scope and web site that shows its articles.
--
-- Counted are articles of the scope that are loaded: those that the institution currently lists, or that the search
-- still finds. Each is in one row of its scope, so the counts add up to the scope's. Scopes overlap: choose one, or one
-- kind of them, before adding up. A scope without any such article has no row. For finding where on Figshare a search's
-- articles lie: a portal's own host, or `figshare.com` for items of people without one.
--
-- key: scope_id, host
-- columns:
--   scope_id: What is counted, under one name: `institution 1`, `institution 1 group 2`, `institution 1 group 2 with
--     subgroups`, `institution 1 no group` or `search NAME`.
--   scope: Its kind: institution, group (by itself), group_with_subgroups, no_group (articles of the institution in no
--     group) or search.
--   institution_id: The institution; NULL for a search.
--   group_id: The group; NULL where the scope is no group.
--   scope_name: Name of the institution, group or search; NULL when not known and for no_group.
--   host: Host name of the public page; NULL when the record names no page.
--   article_count: Articles shown there.
--   article_ratio: Their share of the scope's articles, 0 to 1.
--   group_article_count: Those of them that lie in a group, and so in an institution's repository.
--   views: Views of the articles since the beginning; NULL when of none they are known. Figshare's own counts, not
--     COUNTER's.
--   downloads: Downloads of the articles; NULL when of none they are known.
--   usage_known_ratio: Share of the articles whose views and downloads are known, 0 to 1; where it is below 1, the sums
--     leave out the others.

with
sums as (
    select
        scope_articles.scope_id,
        article_hosts.host,
        count(*) as article_count,
        count(articles.group_id) as group_article_count,
        cast(sum(article_usage.views) as bigint) as views,
        cast(sum(article_usage.downloads) as bigint) as downloads,
        cast(count(article_usage.usage_as_of) as double) / count(*) as usage_known_ratio
    from intermediate.int_scope_articles as scope_articles
    inner join intermediate.int_articles as articles on scope_articles.article_id = articles.article_id
    left join staging.stg_article_hosts as article_hosts on scope_articles.article_id = article_hosts.article_id
    left join intermediate.int_article_usage as article_usage on scope_articles.article_id = article_usage.article_id
    group by scope_articles.scope_id, article_hosts.host
)

select
    scopes.scope_id,
    scopes.scope,
    scopes.institution_id,
    scopes.group_id,
    scopes.scope_name,
    counted.host,
    counted.article_count,
    cast(counted.article_count as double) / scopes.article_count as article_ratio,
    counted.group_article_count,
    counted.views,
    counted.downloads,
    counted.usage_known_ratio
from sums as counted
inner join intermediate.int_scopes as scopes on counted.scope_id = scopes.scope_id
