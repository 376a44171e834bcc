-- One row per scope and grant that its articles name, linked or written by hand.
--
-- Counted are articles of the scope that are loaded: those that the institution currently lists, or that the search
-- still finds. An article counts once with each of its grants. Linked grants are told apart by Figshare's id, written
-- ones by title and code. Scopes overlap: choose one, or one kind of them, before adding up. A scope without any such
-- article has no row. For which grants led to items, and for finding written entries that a linked grant could take the
-- place of.
--
-- key: scope_id, grant_key
-- columns:
--   scope_id: What is counted, under one name: `institution 1`, `institution 1 group 2`, `institution 1 group 2 with
--     subgroups`, `institution 1 no group` or `search NAME`.
--   scope: Its kind: institution, group (by itself), group_with_subgroups, no_group (articles of the institution in no
--     group) or search.
--   institution_id: The institution; NULL for a search.
--   group_id: The group; NULL where the scope is no group.
--   scope_name: Name of the institution, group or search; NULL when not known and for no_group.
--   funding_kind: `linked` to a grant that Figshare knows, or `written` by the depositor.
--   grant_key: What stands for the grant: `linked` and Figshare's id, else `written` and what is written.
--   funding_id: Figshare's id of a linked grant; NULL for written ones.
--   grant_title: Title of the grant, or what the depositor wrote; NULL when there is none.
--   grant_code: The funder's code of the grant; NULL when none is given.
--   funder: Name of the funder; NULL for written ones, and where a linked grant names none.
--   grant_url: Address of the grant; NULL when none is given.
--   article_count: Articles that name the grant.
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
        article_funding.grant_key,
        count(*) as article_count,
        cast(sum(article_usage.views) as bigint) as views,
        cast(sum(article_usage.downloads) as bigint) as downloads,
        cast(sum(article_usage.views) as double) / nullif(count(article_usage.views), 0) as views_per_article,
        cast(count(article_usage.usage_as_of) as double) / count(*) as usage_known_ratio
    from intermediate.int_scope_articles as scope_articles
    inner join intermediate.int_article_funding as article_funding
        on scope_articles.article_id = article_funding.article_id
    left join intermediate.int_article_usage as article_usage on scope_articles.article_id = article_usage.article_id
    group by scope_articles.scope_id, article_funding.grant_key
),

described as (
    select
        sums.scope_id,
        all_grants.funding_kind,
        all_grants.grant_key,
        all_grants.funding_id,
        all_grants.grant_title,
        all_grants.grant_code,
        all_grants.funder,
        all_grants.grant_url,
        sums.article_count,
        sums.views,
        sums.downloads,
        sums.views_per_article,
        sums.usage_known_ratio
    from sums
    inner join intermediate.int_grants as all_grants on sums.grant_key = all_grants.grant_key
)

select
    scopes.scope_id,
    scopes.scope,
    scopes.institution_id,
    scopes.group_id,
    scopes.scope_name,
    counted.funding_kind,
    counted.grant_key,
    counted.funding_id,
    counted.grant_title,
    counted.grant_code,
    counted.funder,
    counted.grant_url,
    counted.article_count,
    counted.views,
    counted.downloads,
    counted.views_per_article,
    counted.usage_known_ratio
from described as counted
inner join intermediate.int_scopes as scopes on counted.scope_id = scopes.scope_id
