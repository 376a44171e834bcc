-- One row per article in `fetched_articles` and field of it, with the value that reports show, as
-- text; of the description, of which they show the length, the text.
--
-- `fetched_articles` and so on are articles and what belongs to them, as they were just read or as
-- the warehouse holds them.
--
-- columns:
--   article_id: the article.
--   field: what the value is of.
--   value: the value; NULL when there is none.
--   is_known: whether the value is known. How many files there are is not when they are not shown,
--     as under an embargo.

with
file_sums as (
    select
        article_id,
        sum(size) as size_bytes
    from fetched_article_files
    group by article_id
),

supplemented as (
    select
        article_id,
        staging.supplemented_doi(relation, identifier_type, identifier) as doi,
        staging.blank_to_null(title) as title
    from fetched_article_related_materials
    where staging.supplemented_doi(relation, identifier_type, identifier) is not null
    qualify row_number() over (partition by article_id order by position) = 1
),

cleaned as (
    select
        articles.*,
        staging.item_type(articles.defined_type_name, item_types.name) as item_type,
        coalesce(
            staging.blank_to_null(licenses.name), staging.blank_to_null(articles.license_name)
        ) as license,
        staging.shown_file_count(articles.file_count, articles.size) as shown_file_count,
        staging.shown_size(articles.size, articles.file_count, file_sums.size_bytes) as size_bytes,
        staging.bare_doi(articles.resource_doi) as named_doi,
        staging.blank_to_null(articles.resource_title) as named_title,
        supplemented.doi as supplemented_doi,
        supplemented.title as supplemented_title
    from fetched_articles as articles
    left join figshare.item_types as item_types on articles.defined_type = item_types.id
    left join figshare.licenses as licenses on articles.license_value = licenses.value
    left join file_sums on articles.article_id = file_sums.article_id
    left join supplemented on articles.article_id = supplemented.article_id
),

texts as (
    select
        article_id,
        coalesce(is_embargo_date_unreadable, false) as is_end_unreadable,
        fields is not null as has_fields,
        staging.blank_to_null(coalesce(title_text, title)) as title,
        staging.bare_doi(doi) as doi,
        item_type,
        cast(nullif(group_id, 0) as varchar) as "group",
        license,
        cast(version as varchar) as version,
        staging.description_text(description) as description,
        cast(published_date as varchar) as published_at,
        cast(timeline_first_online as varchar) as first_online_at,
        cast(modified_date as varchar) as modified_at,
        cast(is_embargoed as varchar) as is_embargoed,
        staging.when_embargoed(is_embargoed, staging.blank_to_null(embargo_type)) as embargo_type,
        cast(
            staging.when_embargoed(is_embargoed, cast(embargo_date as date)) as varchar
        ) as embargo_ends_on,
        cast(is_metadata_record as varchar) as is_metadata_record,
        cast(download_disabled as varchar) as is_download_disabled,
        coalesce(named_doi, supplemented_doi) as resource_doi,
        staging.resource_title(
            named_doi, named_title, supplemented_doi, supplemented_title
        ) as resource_title,
        cast(shown_file_count as varchar) as file_count,
        cast(size_bytes as varchar) as size_bytes,
        staging.blank_to_null(funding) as funding_text
    from cleaned
)

select
    article_id,
    field,
    value,
    case field
        when 'embargo_ends_on' then not is_end_unreadable
        when 'file_count' then value is not null
        when 'size_bytes' then value is not null
        -- Records with `fields` (API v3) do not say all that others do.
        when 'funding_text' then value is not null or not has_fields
        when 'first_online_at' then value is not null or not has_fields
        else true
    end as is_known
from texts
unpivot include nulls (value for field in (columns(* exclude (article_id, is_end_unreadable, has_fields))))
