-- One row per DOI that DataCite shows and that belongs to an article or a collection that was read, withdrawn ones too.
--
-- It belongs to the one whose record has it, or has one that differs in the number of the version only; otherwise to
-- the one that the registered address leads to, if that is on the host of its page. Other DOIs below the prefix are
-- not here.
--
-- key: doi
-- columns:
--   doi: The DOI, in lower case.
--   prefix: Its prefix.
--   entity_type: article or collection.
--   entity_id: Figshare's id of it.
--   article_id: The article; NULL for a collection.
--   version: The version that it is of, as the DOI says; NULL for all of them.
--   url: The address that it leads to.
--   registered_at: When it was registered (UTC).
--   updated_at: When its record at DataCite last moved (UTC).
--   citation_count: How many works cite it, as DataCite counts; NULL when not known.
--   known_at: Up to when that is known (UTC).

with
records as (
    select
        'article' as entity_type,
        article_id as entity_id,
        lower(doi) as doi,
        staging.url_host(url) as host
    from intermediate.int_article_records
    union all
    select
        'collection' as entity_type,
        collection_id as entity_id,
        lower(staging.bare_doi(doi)) as doi,
        cast(null as varchar) as host
    from figshare.collections
),

bases as (
    select
        staging.doi_base(doi) as base,
        entity_type,
        entity_id
    from records
    where doi is not null
    qualify row_number() over (partition by staging.doi_base(doi) order by entity_type asc, entity_id desc) = 1
),

shown as (
    select
        dois.*,
        staging.doi_base(dois.doi) as base,
        staging.url_host(dois.url) as host,
        staging.url_record_id(dois.url) as record_id,
        case when doi_readings.way = 'list' then doi_readings.checked_at else dois.seen_at end as known_at
    from datacite.dois
    left join datacite.doi_readings on dois.prefix = doi_readings.prefix
    where dois.missing_since is null and dois.state = 'findable'
)

select
    shown.doi,
    shown.prefix,
    case when bases.base is not null then bases.entity_type else 'article' end as entity_type,
    coalesce(bases.entity_id, records.entity_id) as entity_id,
    case
        when bases.base is null then records.entity_id
        when bases.entity_type = 'article' then bases.entity_id
    end as article_id,
    try_cast(nullif(regexp_extract(shown.doi, '\.v([0-9]{1,9})$', 1), '') as bigint) as version,
    shown.url,
    shown.registered_at,
    shown.updated_at,
    shown.citation_count,
    shown.known_at
from shown
left join bases on shown.base = bases.base
left join records
    on shown.record_id = records.entity_id and records.entity_type = 'article' and shown.host = records.host
where bases.base is not null or records.entity_id is not null
