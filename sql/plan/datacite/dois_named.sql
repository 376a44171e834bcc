-- One row per DOI of the repository that has to be asked for by name: of a prefix that has far more DOIs of others.
--
-- For each article and collection the bare DOI and one for each version, where they are numbered as Figshare numbers
-- them. What was asked for lately is not due again, found or not.
--
-- parameters:
--   prefixes: the prefixes whose DOIs are asked for by name.
--   now: the time now (UTC).
--   max_age_days: they are asked for again after so many days.
--
-- columns:
--   doi: the DOI, in lower case.

with
records as (
    select
        lower(regexp_extract(doi, '10\.[0-9.]+/\S+')) as doi,
        coalesce(version, 1) as version
    from figshare.articles
    union all
    select
        lower(regexp_extract(doi, '10\.[0-9.]+/\S+')) as doi,
        coalesce(version, 1) as version
    from figshare.collections
),

earlier_versions as (
    select
        regexp_replace(doi, '\.v[0-9]+$', '') as base,
        unnest(range(1, least(version, 1000))) as number
    from records
    where regexp_matches(doi, '\.v[0-9]+$')
),

wanted as (
    select doi
    from records
    union
    select regexp_replace(doi, '\.v[0-9]+$', '') as doi
    from records
    union
    select base || '.v' || cast(number as varchar) as doi
    from earlier_versions
),

of_prefixes as (
    select doi
    from wanted
    where list_contains($prefixes, split_part(doi, '/', 1))
),

asked_lately as (
    select doi
    from datacite.doi_checks
    where asked_at <= $now and asked_at > $now - to_days(cast($max_age_days as integer))
)

select of_prefixes.doi
from of_prefixes
anti join asked_lately on of_prefixes.doi = asked_lately.doi
order by of_prefixes.doi
