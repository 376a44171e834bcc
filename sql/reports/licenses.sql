-- One row per scope and licence of its articles.
--
-- Counted are articles of the scope that are loaded: those that the institution currently lists, or that the search
-- still finds. Each is in one row of its scope, so the counts add up to the scope's. Scopes overlap: choose one, or one
-- kind of them, before adding up. A scope without any such article has no row. For how open the items are, and how many
-- have no licence.
--
-- key: scope_id, license
-- columns:
--   scope_id: What is counted, under one name: `institution 1`, `institution 1 group 2`, `institution 1 group 2 with
--     subgroups`, `institution 1 no group` or `search NAME`.
--   scope: Its kind: institution, group (by itself), group_with_subgroups, no_group (articles of the institution in no
--     group) or search.
--   institution_id: The institution; NULL for a search.
--   group_id: The group; NULL where the scope is no group.
--   scope_name: Name of the institution, group or search; NULL when not known and for no_group.
--   license: Licence, under one name per licence; NULL when not known.
--   article_count: Articles under it.
--   article_ratio: Their share of the scope's articles, 0 to 1.
--   views: Views of the articles since the beginning; NULL when of none they are known. Figshare's own counts, not
--     COUNTER's.
--   downloads: Downloads of the articles; NULL when of none they are known.
--   views_per_article: Views divided by the articles whose views are known; NULL when of none.
--   usage_known_ratio: Share of the articles whose views and downloads are known, 0 to 1; where it is below 1, the sums
--     leave out the others.

with
sums as (
    select
        scope_articles.scope_id,
        articles.license,
        count(*) as article_count,
        cast(sum(article_usage.views) as bigint) as views,
        cast(sum(article_usage.downloads) as bigint) as downloads,
        cast(sum(article_usage.views) as double) / nullif(count(article_usage.views), 0) as views_per_article,
        cast(count(article_usage.usage_as_of) as double) / count(*) as usage_known_ratio
    from intermediate.int_scope_articles as scope_articles
    inner join intermediate.int_articles as articles on scope_articles.article_id = articles.article_id
    left join intermediate.int_article_usage as article_usage on scope_articles.article_id = article_usage.article_id
    group by scope_articles.scope_id, articles.license
)

select
    scopes.scope_id,
    scopes.scope,
    scopes.institution_id,
    scopes.group_id,
    scopes.scope_name,
    counted.license,
    counted.article_count,
    cast(counted.article_count as double) / scopes.article_count as article_ratio,
    counted.views,
    counted.downloads,
    counted.views_per_article,
    counted.usage_known_ratio
from sums as counted
inner join intermediate.int_scopes as scopes on counted.scope_id = scopes.scope_id
