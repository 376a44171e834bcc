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
--   institution_id: The institution; NULL for a search.
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

select
    scope_usage.scope_id,
    scope_usage.scope,
    scope_usage.institution_id,
    scope_usage.group_id,
    scope_usage.scope_name,
    count(*) as article_count,
    count(case when completeness.missing_count = 0 then 1 end) as complete_article_count,
    avg(completeness.missing_count) as missing_mean,
    avg(cast(completeness.has_license as integer)) as license_ratio,
    avg(cast(completeness.has_description as integer)) as description_ratio,
    avg(cast(completeness.has_categories as integer)) as categories_ratio,
    avg(cast(completeness.has_keywords as integer)) as keywords_ratio,
    avg(cast(completeness.has_orcid as integer)) as orcid_ratio,
    avg(cast(completeness.has_funding as integer)) as funding_ratio,
    avg(cast(completeness.has_references as integer)) as references_ratio,
    avg(cast(completeness.has_readme as integer)) as readme_ratio
from intermediate.int_scope_usage as scope_usage
inner join intermediate.int_article_completeness as completeness on scope_usage.article_id = completeness.article_id
group by
    scope_usage.scope_id,
    scope_usage.scope,
    scope_usage.institution_id,
    scope_usage.group_id,
    scope_usage.scope_name
