-- One row per scope and article of it, with its place by views, by downloads and by citations.
--
-- Counted are articles of the scope that are loaded: those that the institution currently lists, or that the search
-- still finds. An article whose views are not known has no place by views, and is not taken for one without any.
-- Figshare's own counts, not COUNTER's. Scopes overlap: choose one, or one kind of them. For the most used: `where
-- views_rank <= 10` gives the ten most viewed, of each scope.
--
-- key: scope_id, article_id
-- columns:
--   institution_id: The institution; NULL for a search.
--   item_type: Figshare's name of the item type; NULL when not known.
--   views: Views since the beginning, all versions; NULL when not known.
--   downloads: Downloads since the beginning; NULL when not known.
--   shares: Shares since the beginning; NULL when not known.
--   usage_as_of: When views and downloads were last known, the earlier of the two (UTC); NULL when one of them is not
--     known.
--   views_rank: Place in the scope by views, from 1; of several with as many, the one with the smaller id comes first.
--     NULL when they are not known.
--   downloads_rank: Place in the scope by downloads, likewise; NULL when they are not known.
--   citations_rank: Place in the scope by citations, likewise; NULL when they are not known.

-- What is not known comes last, so it takes no place from what is.
select
    scope_usage.scope_id,
    scope_usage.scope,
    scope_usage.institution_id,
    scope_usage.group_id,
    scope_usage.scope_name,
    articles.article_id,
    articles.title,
    articles.doi,
    articles.url,
    articles.item_type,
    articles.published_on,
    scope_usage.views,
    scope_usage.downloads,
    scope_usage.shares,
    scope_usage.usage_as_of,
    case
        when scope_usage.views is not null
            then row_number() over (
                partition by scope_usage.scope_id
                order by scope_usage.views desc nulls last, scope_usage.article_id asc
            )
    end as views_rank,
    case
        when scope_usage.downloads is not null
            then row_number() over (
                partition by scope_usage.scope_id
                order by scope_usage.downloads desc nulls last, scope_usage.article_id asc
            )
    end as downloads_rank,
    article_citations.citations,
    article_citations.citations_as_of,
    case
        when article_citations.citations is not null
            then row_number() over (
                partition by scope_usage.scope_id
                order by article_citations.citations desc nulls last, scope_usage.article_id asc
            )
    end as citations_rank
from intermediate.int_scope_usage as scope_usage
inner join intermediate.int_articles as articles on scope_usage.article_id = articles.article_id
left join intermediate.int_article_citations as article_citations
    on scope_usage.article_id = article_citations.article_id
