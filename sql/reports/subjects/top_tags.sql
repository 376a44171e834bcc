-- One row per scope and tag (keyword) of its articles.
--
-- Counted are articles of the scope that are loaded: those that the institution currently lists, or that the search
-- still finds. An article counts once with each of its different tags; tags that differ only in capitals or white space
-- are one. Scopes overlap: choose one, or one kind of them, before adding up. A scope without any such article has no
-- row. For what a group works on: `where tag_rank <= 20` gives the twenty most frequent.
--
-- key: scope_id, tag
-- columns:
--   institution_id: The institution; NULL for a search.
--   tag: The tag in the writing that most articles use.
--   article_count: Articles with it.
--   tag_rank: Place in the scope, from 1, by articles, then in the order of the alphabet.

select
    scope_usage.scope_id,
    scope_usage.scope,
    scope_usage.institution_id,
    scope_usage.group_id,
    scope_usage.scope_name,
    article_tags.tag,
    count(*) as article_count,
    cast(count(*) as double) / scope_usage.scope_article_count as article_ratio,
    row_number() over (
        partition by scope_usage.scope_id order by count(*) desc, article_tags.tag asc
    ) as tag_rank,
    cast(sum(scope_usage.views) as bigint) as views,
    cast(sum(scope_usage.downloads) as bigint) as downloads,
    cast(count(scope_usage.usage_as_of) as double) / count(*) as usage_known_ratio
from intermediate.int_scope_usage as scope_usage
inner join intermediate.int_article_tags as article_tags on scope_usage.article_id = article_tags.article_id
group by
    scope_usage.scope_id,
    scope_usage.scope,
    scope_usage.institution_id,
    scope_usage.group_id,
    scope_usage.scope_name,
    scope_usage.scope_article_count,
    article_tags.tag
