-- One row per scope: how complete the metadata of its articles is.
--
-- Counted are articles of the scope that are loaded: those that the institution currently lists, or that the search
-- still finds. Each share is that of the articles that have the part among those that tell
-- (reports.metadata_completeness says when), 0 to 1; NULL when none tells. Scopes overlap: choose one, or one kind of
-- them, before adding up. A scope without any such article has no row. For comparing groups, and for seeing what to ask
-- depositors for.
--
-- key: scope_id
-- columns:
--   scope_id: What is counted, under one name: `institution 1`, `institution 1 group 2`, `institution 1 group 2 with
--     subgroups`, `institution 1 no group` or `search NAME`.
--   scope: Its kind: institution, group (by itself), group_with_subgroups, no_group (articles of the institution in no
--     group) or search.
--   institution_id: The institution; NULL for a search.
--   group_id: The group; NULL where the scope is no group.
--   scope_name: Name of the institution, group or search; NULL when not known and for no_group.
--   article_count: Articles of the scope.
--   complete_article_count: Those that are not known to lack any of the eight.
--   missing_mean: Parts known to be missing per article, on average.
--   license_ratio: Share of articles with a licence.
--   description_ratio: Share of articles with a description of 100 characters or more.
--   categories_ratio: Share of articles with a subject category.
--   keywords_ratio: Share of articles with a keyword.
--   orcid_ratio: Share of articles with an author with an ORCID iD.
--   funding_ratio: Share of articles with funding.
--   references_ratio: Share of articles with references, related materials or a linked publication.
--   readme_ratio: Share of articles with a README among their files.

with
sums as (
    select
        scope_articles.scope_id,
        count(*) as article_count,
        count(
            case when article_completeness.missing_count = 0 then 1 end
        ) as complete_article_count,
        avg(article_completeness.missing_count) as missing_mean,
        avg(
            case
                when article_completeness.has_license then 1.0
                when not article_completeness.has_license then 0.0
            end
        ) as license_ratio,
        avg(
            case
                when article_completeness.has_description then 1.0
                when not article_completeness.has_description then 0.0
            end
        ) as description_ratio,
        avg(
            case
                when article_completeness.has_categories then 1.0
                when not article_completeness.has_categories then 0.0
            end
        ) as categories_ratio,
        avg(
            case
                when article_completeness.has_keywords then 1.0
                when not article_completeness.has_keywords then 0.0
            end
        ) as keywords_ratio,
        avg(
            case
                when article_completeness.has_orcid then 1.0
                when not article_completeness.has_orcid then 0.0
            end
        ) as orcid_ratio,
        avg(
            case
                when article_completeness.has_funding then 1.0
                when not article_completeness.has_funding then 0.0
            end
        ) as funding_ratio,
        avg(
            case
                when article_completeness.has_references then 1.0
                when not article_completeness.has_references then 0.0
            end
        ) as references_ratio,
        avg(
            case
                when article_completeness.has_readme then 1.0
                when not article_completeness.has_readme then 0.0
            end
        ) as readme_ratio
    from intermediate.int_scope_articles as scope_articles
    inner join intermediate.int_article_completeness as article_completeness
        on scope_articles.article_id = article_completeness.article_id
    group by scope_articles.scope_id
)

select
    scopes.scope_id,
    scopes.scope,
    scopes.institution_id,
    scopes.group_id,
    scopes.scope_name,
    counted.article_count,
    counted.complete_article_count,
    counted.missing_mean,
    counted.license_ratio,
    counted.description_ratio,
    counted.categories_ratio,
    counted.keywords_ratio,
    counted.orcid_ratio,
    counted.funding_ratio,
    counted.references_ratio,
    counted.readme_ratio
from sums as counted
inner join intermediate.int_scopes as scopes on counted.scope_id = scopes.scope_id
