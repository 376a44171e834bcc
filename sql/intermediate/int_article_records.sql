-- One row per loaded article, withdrawn ones too, with its values cleaned.
--
-- Empty text becomes NULL, DOIs lose their resolver's address, and what embargo fields say counts only while the
-- embargo is in force.
--
-- columns:
--   article_id: Figshare's id of the article.
--   title: Title as plain text.
--   doi: DOI of the latest version, without `https://doi.org/`; NULL when it has none.
--   handle: Handle; NULL when it has none.
--   url: Address of the public page.
--   item_type: Figshare's name of the item type, for instance dataset.
--   group_id: Group that the article's own record names; NULL when it names none.
--   license: Name of the licence, one name per licence; NULL when not known.
--   published_on: Day (UTC) it was first public: first online, else published, else posted.
--   first_online_at: When it was first online (UTC).
--   posted_at: When the latest version was posted (UTC).
--   published_at: When the latest version was published (UTC).
--   created_at: When the latest version was created (UTC).
--   modified_at: When it was last modified (UTC).
--   revised_at: When it was revised (UTC).
--   submitted_at: When it was submitted (UTC).
--   resource_accepted_at: When the related paper was accepted (UTC).
--   resource_published_at: When the related paper was published (UTC).
--   version: Number of the latest public version.
--   author_count: Authors shown; NULL when the answer had no list of authors, or one that could not be read whole.
--   file_count: Files of the latest version; NULL when they are not shown, as under an embargo, or their list failed.
--   size_bytes: Total size of the files as Figshare says, else their sum; link-only files count 0; NULL when neither is
--     known.
--   funding_text: Funding as free text, the deprecated field.
--   resource_doi: DOI of the related paper, without `https://doi.org/`: the record's own, else that of the first
--     related material that the article supplements (relation IsSupplementTo).
--   resource_title: Title of that paper; NULL when not given.
--   is_embargoed: Whether an embargo is in force; NULL when the answer does not say.
--   embargo_type: What the embargo in force covers, `article` or `file`; NULL without one.
--   embargo_ends_on: Day (UTC) the embargo in force ends; NULL without one, or when it has no end or none that can be
--     read.
--   is_metadata_record: Whether it is a record without files; NULL when the answer does not say.
--   has_linked_file: Whether a file is only linked; NULL when neither the record nor its files say.
--   is_download_disabled: Whether downloading is switched off; NULL when the answer does not say.
--   fetched_at: When the record was read (UTC).

with
file_sums as (
    select
        article_id,
        sum(size) as size_bytes,
        bool_or(is_link_only) as has_linked_file
    from figshare.article_files
    group by article_id
),

supplemented as (
    select
        article_id,
        staging.supplemented_doi(relation, identifier_type, identifier) as doi,
        staging.blank_to_null(title) as title
    from figshare.article_related_materials
    where staging.supplemented_doi(relation, identifier_type, identifier) is not null
    qualify row_number() over (partition by article_id order by position) = 1
)

select
    articles.article_id,
    staging.blank_to_null(coalesce(articles.title_text, articles.title)) as title,
    staging.bare_doi(articles.doi) as doi,
    staging.blank_to_null(articles.handle) as handle,
    coalesce(
        staging.blank_to_null(articles.figshare_url),
        staging.blank_to_null(articles.url_public_html),
        staging.blank_to_null(articles.url_public_api),
        staging.blank_to_null(articles.url)
    ) as url,
    staging.item_type(articles.defined_type_name, item_types.name) as item_type,
    dates.group_id,
    coalesce(licenses.license, staging.blank_to_null(articles.license_name)) as license,
    dates.published_on,
    dates.first_online_at,
    dates.posted_at,
    dates.published_at,
    dates.created_at,
    dates.modified_at,
    articles.timeline_revision as revised_at,
    articles.timeline_submission as submitted_at,
    articles.timeline_publisher_acceptance as resource_accepted_at,
    articles.timeline_publisher_publication as resource_published_at,
    articles.version,
    articles.author_count,
    staging.shown_file_count(articles.file_count, articles.size) as file_count,
    staging.shown_size(articles.size, articles.file_count, file_sums.size_bytes) as size_bytes,
    staging.blank_to_null(articles.funding) as funding_text,
    coalesce(staging.bare_doi(articles.resource_doi), supplemented.doi) as resource_doi,
    staging.resource_title(
        staging.bare_doi(articles.resource_doi),
        staging.blank_to_null(articles.resource_title),
        supplemented.doi,
        supplemented.title
    ) as resource_title,
    articles.is_embargoed,
    staging.when_embargoed(articles.is_embargoed, staging.blank_to_null(articles.embargo_type)) as embargo_type,
    staging.when_embargoed(articles.is_embargoed, cast(articles.embargo_date as date)) as embargo_ends_on,
    articles.is_metadata_record,
    coalesce(articles.has_linked_file, file_sums.has_linked_file) as has_linked_file,
    articles.download_disabled as is_download_disabled,
    articles.fetched_at
from figshare.articles
inner join staging.stg_article_dates as dates on articles.article_id = dates.article_id
left join figshare.item_types on articles.defined_type = item_types.id
left join intermediate.int_licenses as licenses on articles.license_value = licenses.license_value
left join file_sums on articles.article_id = file_sums.article_id
left join supplemented on articles.article_id = supplemented.article_id
