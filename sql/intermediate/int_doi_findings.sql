-- One row per article, DOI and what is wrong with it; the article is NULL where the repository does not know it.
--
-- Addresses are compared by host and id, not as texts, since titles in them change.
--
-- key: article_id, doi, finding
-- columns:
--   article_id: The article; NULL where the repository does not know it.
--   doi: The DOI, in lower case.
--   version: The version that it is of; NULL for the one for all versions, or when not known.
--   finding: What is wrong: int_doi_finding_texts.finding.
--   registered_url: The address that it leads to; NULL when not known.
--   known_at: Up to when that is known (UTC).

with
pages as (
    select
        article_id,
        staging.url_host(url) as host,
        not starts_with(url, 'https://api.') as is_page
    from intermediate.int_article_records
),

portals as (
    select distinct pages.host
    from pages
    inner join intermediate.int_institution_articles as institution_articles
        on pages.article_id = institution_articles.article_id
    where pages.host is not null and pages.is_page and pages.host <> 'figshare.com'
),

own as (
    select
        dois.doi,
        dois.article_id,
        dois.version,
        dois.url,
        dois.known_at,
        coalesce(staging.url_record_id(dois.url) = dois.article_id, false) as leads_to_record,
        staging.url_host(dois.url) as host
    from intermediate.int_dois as dois
    where dois.article_id is not null
),

not_findable as (
    select
        article_id,
        doi,
        version,
        case
            when is_registered then 'hidden'
            when not is_registered then 'never_registered'
            else 'not_findable'
        end as finding,
        handle_url as registered_url,
        known_at
    from intermediate.int_dois_not_findable
),

withdrawn as (
    select
        own.article_id,
        own.doi,
        own.version,
        'findable_after_withdrawal' as finding,
        own.url as registered_url,
        own.known_at
    from own
    inner join intermediate.int_withdrawals as withdrawals on own.article_id = withdrawals.article_id
),

elsewhere as (
    select
        own.article_id,
        own.doi,
        own.version,
        case when own.leads_to_record then 'other_host' else 'leads_elsewhere' end as finding,
        own.url as registered_url,
        own.known_at
    from own
    inner join pages on own.article_id = pages.article_id
    inner join intermediate.int_articles as public_articles on own.article_id = public_articles.article_id
    where not own.leads_to_record or (pages.is_page and coalesce(own.host, '') <> pages.host)
),

unknown as (
    select
        cast(null as bigint) as article_id,
        dois.doi,
        cast(null as bigint) as version,
        'unknown_to_repository' as finding,
        dois.url as registered_url,
        dois.seen_at as known_at
    from datacite.dois
    inner join portals on staging.url_host(dois.url) = portals.host
    anti join intermediate.int_dois as known on dois.doi = known.doi
    where dois.missing_since is null and dois.state = 'findable' and dois.url like '%/articles/%'
),

other_agencies as (
    select
        expected.article_id,
        expected.doi,
        expected.version,
        'of_another_agency' as finding,
        cast(null as varchar) as registered_url,
        doi_readings.checked_at as known_at
    from intermediate.int_expected_dois as expected
    inner join datacite.doi_readings on expected.doi_prefix = doi_readings.prefix
    anti join datacite.dois on expected.doi_prefix = dois.prefix
    where expected.is_of_record
),

shared as (
    select
        article_id,
        doi,
        version,
        'shared' as finding,
        cast(null as varchar) as registered_url,
        cast(null as timestamp) as known_at
    from intermediate.int_expected_dois
    where is_of_record
    qualify count(*) over (partition by doi) > 1
)

select * from not_findable
union all
select * from withdrawn
union all
select * from elsewhere
union all
select * from unknown
union all
select * from other_agencies
union all
select * from shared
