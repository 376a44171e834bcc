-- One row per scope and funder that its articles name by a linked grant; where articles name funding that the depositor
-- wrote by hand, one more row per scope, without a funder.
--
-- Counted are articles of the scope that are loaded: those that the institution currently lists, or that the search
-- still finds. An article counts once with each of its funders, so the counts do not add up to the scope's.
-- `article_credit` does: it parts each article equally among its rows here, and so adds up to the articles that name
-- any funding. Written entries do not say who the funder is; reports.grants shows what they say. Articles without
-- funding are in no row. Scopes overlap: choose one, or one kind of them, before adding up. A scope without any such
-- article has no row. For reports to funders.
--
-- key: scope_id, funding_kind, funder
-- columns:
--   scope_id: What is counted, under one name: `institution 1`, `institution 1 group 2`, `institution 1 group 2 with
--     subgroups`, `institution 1 no group` or `search NAME`.
--   scope: Its kind: institution, group (by itself), group_with_subgroups, no_group (articles of the institution in no
--     group) or search.
--   institution_id: The institution; NULL for a search.
--   group_id: The group; NULL where the scope is no group.
--   scope_name: Name of the institution, group or search; NULL when not known and for no_group.
--   funding_kind: `linked` to a grant that Figshare knows, or `written` by the depositor.
--   funder: Name of the funder; NULL for written entries, and where a linked grant names none.
--   article_count: Articles that name the funder.
--   article_ratio: Their share of the scope's articles, 0 to 1.
--   article_credit: The same with each article split equally among its funders.
--   grant_count: Different grants of the funder that the articles name.
--   views: Views of the articles since the beginning; NULL when of none they are known. Figshare's own counts, not
--     COUNTER's.
--   downloads: Downloads of the articles; NULL when of none they are known.
--   views_per_article: Views divided by the articles whose views are known; NULL when of none.
--   usage_known_ratio: Share of the articles whose views and downloads are known, 0 to 1; where it is below 1, the sums
--     leave out the others.

with
scope_articles as (select * from intermediate.int_scope_articles),

sums as (
    select
        scope_articles.scope_id,
        article_funders.funding_kind,
        article_funders.funder,
        count(*) as article_count,
        sum(article_funders.article_credit) as article_credit,
        cast(sum(article_usage.views) as bigint) as views,
        cast(sum(article_usage.downloads) as bigint) as downloads,
        cast(sum(article_usage.views) as double) / nullif(count(article_usage.views), 0) as views_per_article,
        cast(count(article_usage.usage_as_of) as double) / count(*) as usage_known_ratio
    from scope_articles
    inner join intermediate.int_article_funders as article_funders
        on scope_articles.article_id = article_funders.article_id
    left join intermediate.int_article_usage as article_usage on scope_articles.article_id = article_usage.article_id
    group by scope_articles.scope_id, article_funders.funding_kind, article_funders.funder
),

grant_counts as (
    select
        scope_articles.scope_id,
        article_funding.funding_kind,
        article_funding.funder,
        count(distinct article_funding.grant_key) as grant_count
    from scope_articles
    inner join intermediate.int_article_funding as article_funding
        on scope_articles.article_id = article_funding.article_id
    group by scope_articles.scope_id, article_funding.funding_kind, article_funding.funder
),

with_grants as (
    select
        sums.scope_id,
        sums.funding_kind,
        sums.funder,
        sums.article_count,
        sums.article_credit,
        grant_counts.grant_count,
        sums.views,
        sums.downloads,
        sums.views_per_article,
        sums.usage_known_ratio
    from sums
    inner join grant_counts
        on
            sums.scope_id = grant_counts.scope_id
            and sums.funding_kind = grant_counts.funding_kind
            and coalesce(sums.funder, '') = coalesce(grant_counts.funder, '')
)

select
    scopes.scope_id,
    scopes.scope,
    scopes.institution_id,
    scopes.group_id,
    scopes.scope_name,
    counted.funding_kind,
    counted.funder,
    counted.article_count,
    cast(counted.article_count as double) / scopes.article_count as article_ratio,
    cast(counted.article_credit as double) as article_credit,
    counted.grant_count,
    counted.views,
    counted.downloads,
    counted.views_per_article,
    counted.usage_known_ratio
from with_grants as counted
inner join intermediate.int_scopes as scopes on counted.scope_id = scopes.scope_id
