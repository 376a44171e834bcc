-- One row: what this file holds, as of when, how it was counted, and what may be done with it.
--
-- columns:
--   title: What this file is.
--   published_at: When it was published (UTC).
--   refreshed_at: When the last refresh that went through ended (UTC): one that read each listing to its end; NULL when
--     none did.
--   listed_to: Up to when articles are complete: when the listings were last read to their ends, the earliest of them
--     (UTC); NULL when none was.
--   unloaded_article_count: Articles that are listed but whose record is not loaded yet.
--   usage_complete_to: Last day (UTC) up to which the usage by month is known of the articles of which it is, the
--     earliest of them; NULL when it is of none.
--   usage_known_ratio: Share of the articles whose months are all known, as in usage_by_month, 0 to 1, the smallest of
--     any institution; NULL when of none any usage is known.
--   counting_rules: How things are counted.
--   metadata_license: Licence of the metadata.
--   metadata_license_url: Address of that licence.
--   api_url: The Figshare that it was read from.
--   package_version: Version of figshare-warehouse that published it.
--   refresh_id: The last refresh before it was published: operations.refreshes.refresh_id.
--   refresh_outcome: How that refresh ended: done, incomplete (something failed or is in doubt) or stopped.
--   data_tests_run: How many data tests were run over the reports.
--   data_tests_failed: How many of them failed.
--   failed_data_tests: Their names, separated by commas; NULL when all passed.
--   warehouse_name: Name of the warehouse's file.

with
parameters as (
    select
        cast($published_at as timestamp) as published_at,
        cast($package_version as varchar) as package_version,
        cast($data_tests_run as bigint) as data_tests_run,
        cast($data_tests_failed as bigint) as data_tests_failed,
        cast($failed_data_tests as varchar) as failed_data_tests,
        cast($warehouse_name as varchar) as warehouse_name
),

refreshes as (select * from operations.refreshes),

last_refresh as (
    select *
    from refreshes
    qualify row_number() over (order by refresh_id desc) = 1
),

unlisted as (
    select distinct refresh_id
    from operations.failed_requests
    where path in ('/articles', '/articles/search', '/items', '/items/search')
),

last_good_refresh as (
    select max(refreshes.finished_at) as refreshed_at
    from refreshes
    left join unlisted on refreshes.refresh_id = unlisted.refresh_id
    where refreshes.outcome in ('done', 'incomplete') and unlisted.refresh_id is null
),

listed as (
    -- Single articles that are followed count only where nothing else is.
    select
        coalesce(
            min(completed_at) filter (where listing not like 'article %'), min(completed_at)
        ) as listed_to
    from operations.listings
),

unloaded as (
    select cast(sum(unloaded_article_count) as bigint) as unloaded_article_count
    from reports.institution_summary
),

usage_known as (
    select
        min(usage_complete_to) as usage_complete_to,
        min(usage_known_ratio) as usage_known_ratio
    from reports.usage_by_month
    where entity_type = 'institution'
)

select
    'Reports of a Figshare repository' as title,
    parameters.published_at,
    last_good_refresh.refreshed_at,
    listed.listed_to,
    unloaded.unloaded_article_count,
    usage_known.usage_complete_to,
    usage_known.usage_known_ratio,
    'Articles are those that are currently listed and loaded, each once. Usage is Figshare''s '
    || 'own, not COUNTER''s. NULL is not known, 0 is none. Times are UTC, sizes bytes. '
    || 'The comment of each table says what it counts.' as counting_rules,
    'CC0 1.0' as metadata_license,
    'https://creativecommons.org/publicdomain/zero/1.0/' as metadata_license_url,
    last_refresh.api_url,
    parameters.package_version,
    last_refresh.refresh_id,
    last_refresh.outcome as refresh_outcome,
    parameters.data_tests_run,
    parameters.data_tests_failed,
    parameters.failed_data_tests,
    parameters.warehouse_name
from parameters
cross join last_good_refresh
cross join listed
cross join unloaded
cross join usage_known
left join last_refresh on true
