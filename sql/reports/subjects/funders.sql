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
--   institution_id: The institution; NULL for a search.
--   funder: Name of the funder; NULL for written entries, and where a linked grant names none.
--   article_count: Articles that name the funder.
--   article_credit: The same with each article split equally among its funders.
--   grant_count: Different grants of the funder that the articles name.

with
grant_counts as (
    select
        scope_usage.scope_id,
        article_funding.funding_kind,
        article_funding.funder,
        count(distinct article_funding.grant_key) as grant_count
    from intermediate.int_scope_usage as scope_usage
    inner join intermediate.int_article_funding as article_funding
        on scope_usage.article_id = article_funding.article_id
    group by scope_usage.scope_id, article_funding.funding_kind, article_funding.funder
)

select
    scope_usage.scope_id,
    scope_usage.scope,
    scope_usage.institution_id,
    scope_usage.group_id,
    scope_usage.scope_name,
    article_funders.funding_kind,
    article_funders.funder,
    count(*) as article_count,
    cast(count(*) as double) / scope_usage.scope_article_count as article_ratio,
    cast(sum(article_funders.article_credit) as double) as article_credit,
    grant_counts.grant_count,
    cast(sum(scope_usage.views) as bigint) as views,
    cast(sum(scope_usage.downloads) as bigint) as downloads,
    cast(sum(scope_usage.views) as double) / nullif(count(scope_usage.views), 0) as views_per_article,
    cast(count(scope_usage.usage_as_of) as double) / count(*) as usage_known_ratio
from intermediate.int_scope_usage as scope_usage
inner join intermediate.int_article_funders as article_funders
    on scope_usage.article_id = article_funders.article_id
inner join grant_counts
    on
        scope_usage.scope_id = grant_counts.scope_id
        and article_funders.funding_kind = grant_counts.funding_kind
        and coalesce(article_funders.funder, '') = coalesce(grant_counts.funder, '')
group by
    scope_usage.scope_id,
    scope_usage.scope,
    scope_usage.institution_id,
    scope_usage.group_id,
    scope_usage.scope_name,
    scope_usage.scope_article_count,
    article_funders.funding_kind,
    article_funders.funder,
    grant_counts.grant_count
