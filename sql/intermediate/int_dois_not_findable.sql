-- One row per article that a listing currently holds and DOI that it should have and that DataCite does not show,
-- though it was asked for.
--
-- DOIs with a prefix of which DataCite has none are of another agency, and are not here. Those that are registered but
-- not findable look at DataCite like those that were never registered; the handle service tells them apart.
--
-- key: article_id, doi
-- columns:
--   article_id: The article.
--   doi: The DOI, in lower case.
--   version: The version that it is of; NULL for the one for all versions.
--   missing_since: When DataCite was found not to show it any more (UTC); NULL where it never did.
--   is_registered: Whether the handle service knows it; NULL when that was not asked since.
--   handle_url: Where it leads, as the handle service says; NULL when not known.
--   handle_checked_at: When the handle service was last asked (UTC); NULL when never.
--   known_at: Up to when it is known that DataCite does not show it (UTC).

with
shown as (
    select doi
    from datacite.dois
    where missing_since is null and state = 'findable'
),

prefixes as (
    select
        doi_readings.prefix as doi_prefix,
        doi_readings.way,
        doi_readings.checked_at
    from datacite.doi_readings
    semi join datacite.dois on doi_readings.prefix = dois.prefix
),

missing as (
    select
        expected.article_id,
        expected.doi,
        expected.version,
        expected.doi_prefix
    from intermediate.int_expected_dois as expected
    anti join shown on expected.doi = shown.doi
)

select
    missing.article_id,
    missing.doi,
    missing.version,
    dois.missing_since,
    case when handles.checked_at >= coalesce(dois.missing_since, handles.checked_at) then handles.is_registered end
        as is_registered,
    case when handles.checked_at >= coalesce(dois.missing_since, handles.checked_at) then handles.url end as handle_url,
    handles.checked_at as handle_checked_at,
    case when prefixes.way = 'list' then prefixes.checked_at else doi_checks.asked_at end as known_at
from missing
inner join prefixes on missing.doi_prefix = prefixes.doi_prefix
left join datacite.doi_checks on missing.doi = doi_checks.doi
left join datacite.dois on missing.doi = dois.doi
left join datacite.handles on missing.doi = handles.doi
where prefixes.way = 'list' or doi_checks.doi is not null
