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
--   scope_id: What is counted, under one name: `institution 1`, `institution 1 group 2`, `institution 1 group 2 with
--     subgroups`, `institution 1 no group` or `search NAME`.
--   scope: Its kind: institution, group (by itself), group_with_subgroups, no_group (articles of the institution in no
--     group) or search.
--   institution_id: The institution; NULL for a search.
--   group_id: The group; NULL where the scope is no group.
--   scope_name: Name of the institution, group or search; NULL when not known and for no_group.
--   category: Title of the category.
--   article_count: Articles in it.
--   article_ratio: Their share of the scope's articles, 0 to 1.
--   article_credit: The same with each article split equally among its categories.
--   category_rank: Place in the scope, from 1, by articles, then in the order of the alphabet.
--   views: Views of the articles since the beginning; NULL when of none they are known. Figshare's own counts, not
--     COUNTER's.
--   downloads: Downloads of the articles; NULL when of none they are known.
--   usage_known_ratio: Share of the articles whose views and downloads are known, 0 to 1; where it is below 1, the sums
--     leave out the others.

with
sums as (
    select
        scope_articles.scope_id,
        article_categories.category,
        count(*) as article_count,
        sum(article_categories.article_credit) as article_credit,
        cast(sum(article_usage.views) as bigint) as views,
        cast(sum(article_usage.downloads) as bigint) as downloads,
        cast(count(article_usage.usage_as_of) as double) / count(*) as usage_known_ratio
    from intermediate.int_scope_articles as scope_articles
    inner join intermediate.int_article_categories as article_categories
        on scope_articles.article_id = article_categories.article_id
    left join intermediate.int_article_usage as article_usage on scope_articles.article_id = article_usage.article_id
    group by scope_articles.scope_id, article_categories.category
),

ranked as (
    select
        scope_id,
        category,
        article_count,
        article_credit,
        row_number() over (partition by scope_id order by article_count desc, category asc) as category_rank,
        views,
        downloads,
        usage_known_ratio
    from sums
)

select
    scopes.scope_id,
    scopes.scope,
    scopes.institution_id,
    scopes.group_id,
    scopes.scope_name,
    counted.category,
    counted.article_count,
    cast(counted.article_count as double) / scopes.article_count as article_ratio,
    cast(counted.article_credit as double) as article_credit,
    counted.category_rank,
    counted.views,
    counted.downloads,
    counted.usage_known_ratio
from ranked as counted
inner join intermediate.int_scopes as scopes on counted.scope_id = scopes.scope_id
