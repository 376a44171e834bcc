-- Each report has one row per grain: what its first sentence names occurs once.
--
-- columns:
--   report: The report that repeats it.
--   row_count: Its rows.
--   key_count: Different values of what a row is.

with
counts as (
    select
        'articles' as report,
        count(*) as row_count,
        count(distinct row(institution_id, article_id)) as key_count
    from reports.articles
    union all
    select
        'changes' as report,
        count(*) as row_count,
        count(distinct row(article_id, kind, coalesce(field, ''), changed_at)) as key_count
    from reports.changes
    union all
    select
        'author_articles' as report,
        count(*) as row_count,
        count(distinct row(author_id, article_id)) as key_count
    from reports.author_articles
    union all
    select
        'author_coauthors' as report,
        count(*) as row_count,
        count(distinct row(author_id, coauthor_id)) as key_count
    from reports.author_coauthors
    union all
    select
        'author_duplicates' as report,
        count(*) as row_count,
        count(distinct row(author_id, other_author_id)) as key_count
    from reports.author_duplicates
    union all
    select
        'authors' as report,
        count(*) as row_count,
        count(distinct row(author_id)) as key_count
    from reports.authors
    union all
    select
        'schools' as report,
        count(*) as row_count,
        count(distinct row(institution_id, school, faculty)) as key_count
    from reports.schools
    union all
    select
        'schools_unmapped' as report,
        count(*) as row_count,
        count(distinct row(kind, id)) as key_count
    from reports.schools_unmapped
    union all
    select
        'groups' as report,
        count(*) as row_count,
        count(distinct row(institution_id, group_id)) as key_count
    from reports.groups
    union all
    select
        'institution_summary' as report,
        count(*) as row_count,
        count(distinct row(institution_id)) as key_count
    from reports.institution_summary
    union all
    select
        'item_types' as report,
        count(*) as row_count,
        count(distinct row(scope_id, item_type)) as key_count
    from reports.item_types
    union all
    select
        'licenses' as report,
        count(*) as row_count,
        count(distinct row(scope_id, license)) as key_count
    from reports.licenses
    union all
    select
        'hosts' as report,
        count(*) as row_count,
        count(distinct row(scope_id, host)) as key_count
    from reports.hosts
    union all
    select
        'funders' as report,
        count(*) as row_count,
        count(distinct row(scope_id, funding_kind, funder)) as key_count
    from reports.funders
    union all
    select
        'grants' as report,
        count(*) as row_count,
        count(distinct row(scope_id, grant_key)) as key_count
    from reports.grants
    union all
    select
        'top_tags' as report,
        count(*) as row_count,
        count(distinct row(scope_id, tag)) as key_count
    from reports.top_tags
    union all
    select
        'top_categories' as report,
        count(*) as row_count,
        count(distinct row(scope_id, category)) as key_count
    from reports.top_categories
    union all
    select
        'articles_published_by_month' as report,
        count(*) as row_count,
        count(distinct row(scope_id, published_month)) as key_count
    from reports.articles_published_by_month
    union all
    select
        'storage' as report,
        count(*) as row_count,
        count(distinct row(scope_id, item_type)) as key_count
    from reports.storage
    union all
    select
        'files_by_type' as report,
        count(*) as row_count,
        count(distinct row(scope_id, file_extension)) as key_count
    from reports.files_by_type
    union all
    select
        'metadata_ratios' as report,
        count(*) as row_count,
        count(distinct row(scope_id)) as key_count
    from reports.metadata_ratios
    union all
    select
        'embargoes' as report,
        count(*) as row_count,
        count(distinct row(institution_id, article_id)) as key_count
    from reports.embargoes
    union all
    select
        'metadata_completeness' as report,
        count(*) as row_count,
        count(distinct row(institution_id, article_id)) as key_count
    from reports.metadata_completeness
    union all
    select
        'linked_publications' as report,
        count(*) as row_count,
        count(distinct row(institution_id, article_id, publication)) as key_count
    from reports.linked_publications
    union all
    select
        'article_custom_fields' as report,
        count(*) as row_count,
        count(distinct row(article_id, position)) as key_count
    from reports.article_custom_fields
    union all
    select
        'search_summary' as report,
        count(*) as row_count,
        count(distinct row(search)) as key_count
    from reports.search_summary
    union all
    select
        'article_main' as report,
        count(*) as row_count,
        count(distinct row(article_id)) as key_count
    from reports.article_main
    union all
    select
        'article_authors' as report,
        count(*) as row_count,
        count(distinct row(article_id, position)) as key_count
    from reports.article_authors
    union all
    select
        'article_categories' as report,
        count(*) as row_count,
        count(distinct row(article_id, category)) as key_count
    from reports.article_categories
    union all
    select
        'article_tags' as report,
        count(*) as row_count,
        count(distinct row(article_id, tag)) as key_count
    from reports.article_tags
    union all
    select
        'article_funding' as report,
        count(*) as row_count,
        count(distinct row(article_id, position)) as key_count
    from reports.article_funding
    union all
    select
        'article_files' as report,
        count(*) as row_count,
        count(distinct row(article_id, position)) as key_count
    from reports.article_files
    union all
    select
        'completeness' as report,
        count(*) as row_count,
        count(distinct row(institution_id, group_id)) as key_count
    from reports.completeness
    union all
    select
        'search_results' as report,
        count(*) as row_count,
        count(distinct row(search, article_id)) as key_count
    from reports.search_results
    union all
    select
        'withdrawn_articles' as report,
        count(*) as row_count,
        count(distinct row(article_id)) as key_count
    from reports.withdrawn_articles
    union all
    select
        'usage_by_country' as report,
        count(*) as row_count,
        count(distinct row(institution_id, entity_type, entity_id, month, country_code, country)) as key_count
    from reports.usage_by_country
    union all
    select
        'usage_by_month' as report,
        count(*) as row_count,
        count(distinct row(institution_id, entity_type, entity_id, month)) as key_count
    from reports.usage_by_month
    union all
    select
        'usage_coverage' as report,
        count(*) as row_count,
        count(distinct row(institution_id, entity_type, counter, kind)) as key_count
    from reports.usage_coverage
    union all
    select
        'usage_reconciliation' as report,
        count(*) as row_count,
        count(distinct row(comparison, institution_id, entity_type, entity_id, counter)) as key_count
    from reports.usage_reconciliation
    union all
    select
        'author_usage_by_country' as report,
        count(*) as row_count,
        count(distinct row(institution_id, author_id, month, country_code, country)) as key_count
    from reports.author_usage_by_country
    union all
    select
        'author_usage_by_month' as report,
        count(*) as row_count,
        count(distinct row(institution_id, author_id, month)) as key_count
    from reports.author_usage_by_month
    union all
    select
        'group_usage_by_country' as report,
        count(*) as row_count,
        count(distinct row(institution_id, group_id, month, country_code, country)) as key_count
    from reports.group_usage_by_country
    union all
    select
        'article_usage_by_month' as report,
        count(*) as row_count,
        count(distinct row(article_id, month)) as key_count
    from reports.article_usage_by_month
    union all
    select
        'never_used' as report,
        count(*) as row_count,
        count(distinct row(institution_id, article_id)) as key_count
    from reports.never_used
    union all
    select
        'rising_articles' as report,
        count(*) as row_count,
        count(distinct row(institution_id, article_id, counter)) as key_count
    from reports.rising_articles
    union all
    select
        'top_articles' as report,
        count(*) as row_count,
        count(distinct row(scope_id, article_id)) as key_count
    from reports.top_articles
    union all
    select
        'refreshes' as report,
        count(*) as row_count,
        count(distinct row(refresh_id)) as key_count
    from reports.refreshes
    union all
    select
        'refresh_requests' as report,
        count(*) as row_count,
        count(distinct row(refresh_id, kind)) as key_count
    from reports.refresh_requests
    union all
    select
        'failed_requests' as report,
        count(*) as row_count,
        count(distinct row(refresh_id, path)) as key_count
    from reports.failed_requests
    union all
    select
        'schema_drift' as report,
        count(*) as row_count,
        count(distinct row(refresh_id, table_name, field, problem)) as key_count
    from reports.schema_drift
    union all
    select
        'listings' as report,
        count(*) as row_count,
        count(distinct row(listing)) as key_count
    from reports.listings
    union all
    select
        'usage_by_referral' as report,
        count(*) as row_count,
        count(distinct row(institution_id, group_id, usage_year, referral)) as key_count
    from reports.usage_by_referral
    union all
    select
        'usage_by_category' as report,
        count(*) as row_count,
        count(distinct row(institution_id, group_id, usage_year, category_id)) as key_count
    from reports.usage_by_category
    union all
    select
        'usage_restatements' as report,
        count(*) as row_count,
        count(distinct row(entity_type, entity_id, counter, month, old_observed_at)) as key_count
    from reports.usage_restatements
    union all
    select
        'loaded_records' as report,
        count(*) as row_count,
        count(distinct row(kind)) as key_count
    from reports.loaded_records
)

select
    report,
    row_count,
    key_count
from counts
where row_count <> key_count
