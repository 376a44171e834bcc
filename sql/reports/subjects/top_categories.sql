-- One row per scope and subject category of its articles.
--
-- Counted are articles of the scope that are loaded: those that the institution currently lists, or that the search
-- still finds. An article counts once with each of its different categories; categories of one title are one.
-- `article_credit` parts each article equally among its categories, and so adds up to the articles that have any.
-- Scopes overlap: choose one, or one kind of them, before adding up. A scope without any such article has no row. For
-- what a group works on: `where category_rank <= 20` gives the twenty most frequent.
--
-- key: scope_id, category
-- columns:
--   institution_id: The institution; NULL for a search.
--   article_count: Articles in it.
--   article_credit: The same with each article split equally among its categories.
--   category_rank: Place in the scope, from 1, by articles, then in the order of the alphabet.

select
    scope_usage.scope_id,
    scope_usage.scope,
    scope_usage.institution_id,
    scope_usage.group_id,
    scope_usage.scope_name,
    article_categories.category,
    count(*) as article_count,
    cast(count(*) as double) / scope_usage.scope_article_count as article_ratio,
    cast(sum(article_categories.article_credit) as double) as article_credit,
    row_number() over (
        partition by scope_usage.scope_id order by count(*) desc, article_categories.category asc
    ) as category_rank,
    cast(sum(scope_usage.views) as bigint) as views,
    cast(sum(scope_usage.downloads) as bigint) as downloads,
    cast(count(scope_usage.usage_as_of) as double) / count(*) as usage_known_ratio
from intermediate.int_scope_usage as scope_usage
inner join intermediate.int_article_categories as article_categories
    on scope_usage.article_id = article_categories.article_id
group by
    scope_usage.scope_id,
    scope_usage.scope,
    scope_usage.institution_id,
    scope_usage.group_id,
    scope_usage.scope_name,
    scope_usage.scope_article_count,
    article_categories.category
