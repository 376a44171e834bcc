-- One row per article that a listing currently holds and DOI that it should have: that of its record and, where that
-- ends in the number of the version as Figshare's do, the one for all versions and that of each earlier public version.
--
-- key: article_id, doi
-- columns:
--   article_id: The article.
--   doi: The DOI, in lower case.
--   doi_prefix: Its prefix.
--   version: The version that it is of; NULL for the one for all versions, and where the DOI does not say.
--   is_of_record: Whether it is the one that the record has.

with
records as (
    select
        article_id,
        version,
        lower(doi) as doi,
        staging.doi_base(doi) as base,
        try_cast(nullif(regexp_extract(lower(doi), '\.v([0-9]{1,9})$', 1), '') as bigint) as doi_version
    from intermediate.int_articles
    where regexp_matches(doi, '^10\.[0-9.]+/\S+$')
),

expected as (
    select
        article_id,
        doi,
        doi_version as version,
        true as is_of_record
    from records
    union all
    select
        article_id,
        base as doi,
        cast(null as bigint) as version,
        false as is_of_record
    from records
    where doi_version is not null
    union all
    select
        records.article_id,
        records.base || '.v' || cast(versions.version as varchar) as doi,
        versions.version,
        false as is_of_record
    from records
    inner join intermediate.int_article_versions as versions on records.article_id = versions.article_id
    where records.doi_version = records.version and versions.version < records.version
)

select
    article_id,
    doi,
    split_part(doi, '/', 1) as doi_prefix,
    version,
    is_of_record
from expected
