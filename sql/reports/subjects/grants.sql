-- One row per scope and grant that its articles name, linked or written by hand.
--
-- Counted are articles of the scope that are loaded: those that the institution currently lists, or that the search
-- still finds. An article counts once with each of its grants. Linked grants are identified by Figshare's id, written
-- ones by title and code. Scopes overlap: choose one, or one kind of them, before adding up. A scope without any such
-- article has no row. For which grants led to items, and for finding written entries that a linked grant could take the
-- place of.
--
-- key: scope_id, grant_key
-- columns:
--   institution_id: The institution; NULL for a search.
--   grant_key: What stands for the grant: `linked` and Figshare's id, else `written` and what is written.
--   funding_id: Figshare's id of a linked grant; NULL for written ones.
--   funder: Name of the funder; NULL for written ones, and where a linked grant names none.
--   article_count: Articles that name the grant.

select
    scope_usage.scope_id,
    scope_usage.scope,
    scope_usage.institution_id,
    scope_usage.group_id,
    scope_usage.scope_name,
    all_grants.funding_kind,
    all_grants.grant_key,
    all_grants.funding_id,
    all_grants.grant_title,
    all_grants.grant_code,
    all_grants.funder,
    all_grants.grant_url,
    count(*) as article_count,
    cast(sum(scope_usage.views) as bigint) as views,
    cast(sum(scope_usage.downloads) as bigint) as downloads,
    cast(sum(scope_usage.views) as double) / nullif(count(scope_usage.views), 0) as views_per_article,
    cast(count(scope_usage.usage_as_of) as double) / count(*) as usage_known_ratio
from intermediate.int_scope_usage as scope_usage
inner join intermediate.int_article_funding as article_funding on scope_usage.article_id = article_funding.article_id
inner join intermediate.int_grants as all_grants on article_funding.grant_key = all_grants.grant_key
group by
    scope_usage.scope_id,
    scope_usage.scope,
    scope_usage.institution_id,
    scope_usage.group_id,
    scope_usage.scope_name,
    all_grants.funding_kind,
    all_grants.grant_key,
    all_grants.funding_id,
    all_grants.grant_title,
    all_grants.grant_code,
    all_grants.funder,
    all_grants.grant_url
