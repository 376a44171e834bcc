-- One row per loaded article that a listing currently holds (of an institution, a group or a search, or itself), with
-- its values cleaned.
--
-- Withdrawn articles, and those that no listing holds any more, are left out.
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
listed_ids as (
    select distinct article_id
    from intermediate.int_listed_articles
)

select
    records.article_id,
    records.title,
    records.doi,
    records.handle,
    records.url,
    records.item_type,
    records.group_id,
    records.license,
    records.published_on,
    records.first_online_at,
    records.posted_at,
    records.published_at,
    records.created_at,
    records.modified_at,
    records.revised_at,
    records.submitted_at,
    records.resource_accepted_at,
    records.resource_published_at,
    records.version,
    records.author_count,
    records.file_count,
    records.size_bytes,
    records.funding_text,
    records.resource_doi,
    records.resource_title,
    records.is_embargoed,
    records.embargo_type,
    records.embargo_ends_on,
    records.is_metadata_record,
    records.has_linked_file,
    records.is_download_disabled,
    records.fetched_at
from intermediate.int_article_records as records
inner join listed_ids on records.article_id = listed_ids.article_id
