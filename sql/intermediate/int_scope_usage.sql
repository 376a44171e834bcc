-- One row per scope and article in it that is loaded, with what is counted and added up by scope.
--
-- Reports that answer the same question for every scope are a `group by` of this view.
--
-- key: scope_id, article_id
-- columns:
--   scope_id: The scope: int_scopes.scope_id.
--   scope: Its kind.
--   institution_id: The institution; NULL for a search.
--   group_id: The group; NULL where the scope is no group.
--   scope_name: Name of the institution, the group or the search; NULL when not known and for no_group.
--   scope_article_count: Articles in the scope that are loaded.
--   article_id: The article: int_articles.article_id.
--   article_group_id: The group that the article's own record puts it in; NULL when in none.
--   item_type: Figshare's name of the item type; NULL when not known.
--   license: Licence, under one name per licence; NULL when not known.
--   published_on: Day (UTC) it was first public; NULL when not known.
--   file_count: Files of the latest version; NULL when the list is not known.
--   size_bytes: Total size of the files in bytes; NULL when not known.
--   views: Views since the beginning; NULL when not known.
--   downloads: Downloads since the beginning; NULL when not known.
--   shares: Shares since the beginning; NULL when not known.
--   usage_as_of: When views and downloads were last known (UTC); NULL when one of them is not known.

select
    scopes.scope_id,
    scopes.scope,
    scopes.institution_id,
    scopes.group_id,
    scopes.scope_name,
    scopes.article_count as scope_article_count,
    articles.article_id,
    articles.group_id as article_group_id,
    articles.item_type,
    articles.license,
    articles.published_on,
    articles.file_count,
    articles.size_bytes,
    article_usage.views,
    article_usage.downloads,
    article_usage.shares,
    article_usage.usage_as_of
from intermediate.int_scope_articles as scope_articles
inner join intermediate.int_scopes as scopes on scope_articles.scope_id = scopes.scope_id
inner join intermediate.int_articles as articles on scope_articles.article_id = articles.article_id
left join intermediate.int_article_usage as article_usage on articles.article_id = article_usage.article_id
