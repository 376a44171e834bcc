-- One row per scope and article of it, with its place by views and by downloads.
--
-- Counted are articles of the scope that are loaded: those that the institution currently lists, or that the search
-- still finds. An article whose views are not known has no place by views, and is not taken for one without any.
-- Figshare's own counts, not COUNTER's. Scopes overlap: choose one, or one kind of them. For the most used: `where
-- views_rank <= 10` gives the ten most viewed, of each scope.
--
-- key: scope_id, article_id
-- columns:
--   scope_id: What is counted, under one name: `institution 1`, `institution 1 group 2`, `institution 1 group 2 with
--     subgroups`, `institution 1 no group` or `search NAME`.
--   scope: Its kind: institution, group (by itself), group_with_subgroups, no_group (articles of the institution in no
--     group) or search.
--   institution_id: The institution; NULL for a search.
--   group_id: The group; NULL where the scope is no group.
--   scope_name: Name of the institution, group or search; NULL when not known and for no_group.
--   article_id: Figshare's id of the article.
--   title: Title as plain text.
--   doi: DOI of the latest version; NULL when it has none.
--   url: Address of the public page.
--   item_type: Figshare's name of the item type; NULL when not known.
--   published_on: Day (UTC) it was first public; NULL when not known.
--   views: Views since the beginning, all versions; NULL when not known.
--   downloads: Downloads since the beginning; NULL when not known.
--   shares: Shares since the beginning; NULL when not known.
--   usage_as_of: When views and downloads were last known, the earlier of the two (UTC); NULL when one of them is not
--     known.
--   views_rank: Place in the scope by views, from 1; of several with as many, the one with the smaller id comes first.
--     NULL when they are not known.
--   downloads_rank: Place in the scope by downloads, likewise; NULL when they are not known.

with
ranked as (
    -- What is not known comes last, so it takes no place from what is.
    select
        scope_articles.scope_id,
        scope_articles.article_id,
        article_usage.views,
        article_usage.downloads,
        article_usage.shares,
        article_usage.usage_as_of,
        row_number() over (
            partition by scope_articles.scope_id
            order by article_usage.views desc nulls last, scope_articles.article_id asc
        ) as views_place,
        row_number() over (
            partition by scope_articles.scope_id
            order by article_usage.downloads desc nulls last, scope_articles.article_id asc
        ) as downloads_place
    from intermediate.int_scope_articles as scope_articles
    left join intermediate.int_article_usage as article_usage on scope_articles.article_id = article_usage.article_id
)

select
    scopes.scope_id,
    scopes.scope,
    scopes.institution_id,
    scopes.group_id,
    scopes.scope_name,
    ranked.article_id,
    articles.title,
    articles.doi,
    articles.url,
    articles.item_type,
    articles.published_on,
    ranked.views,
    ranked.downloads,
    ranked.shares,
    ranked.usage_as_of,
    case when ranked.views is not null then ranked.views_place end as views_rank,
    case when ranked.downloads is not null then ranked.downloads_place end as downloads_rank
from ranked
inner join intermediate.int_scopes as scopes on ranked.scope_id = scopes.scope_id
inner join intermediate.int_articles as articles on ranked.article_id = articles.article_id
