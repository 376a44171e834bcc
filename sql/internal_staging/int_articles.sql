-- One row per article, in any state, that a token last saw and that is not gone: its working copy, with its values
-- cleaned as those of public articles are. Texts are NULL when empty; lists are in the record's order, joined by `; `.
--
-- columns:
--   article_id: Figshare's id of the article.
--   account_id: The account that owns it; NULL when not known.
--   title: Title as plain text.
--   item_type: Figshare's name of the item type, for instance dataset.
--   doi: DOI, also when it is only reserved, without `https://doi.org/`; NULL when it has none.
--   url: Address of the page on which it is edited.
--   group_id: Group it lies in; NULL when in none.
--   license: Name of the licence; NULL when none is chosen.
--   description: Description without HTML.
--   version: Number of the version that it is, or becomes.
--   status: Figshare's word for its state.
--   is_public: Whether Figshare says that it is public; NULL when not known.
--   created_at: When it was created (UTC).
--   modified_at: When it was last modified (UTC).
--   published_at: When its latest version was published (UTC); NULL when never.
--   authors: Names of the authors.
--   author_count: Authors; NULL when the list is not known.
--   categories: Titles of the subject categories, each once.
--   tags: Keywords, exact duplicates once.
--   funding: Funding entries with their grant codes; else the funding given as free text.
--   resource_doi: DOI of the linked publication, without `https://doi.org/`.
--   resource_title: Title of that publication.
--   file_count: Files; NULL when there are ten or more, since a detail shows ten, and when not known.
--   size_bytes: Total size of the files in bytes; NULL when not known.
--   is_metadata_record: Whether it is a record without files.
--   is_embargoed: Whether an embargo is in force.
--   embargo_type: What the embargo in force covers, `article` or `file`.
--   embargo_ends_on: Day (UTC) the embargo in force ends.
--   custom_fields: The custom metadata fields, as JSON text.
--   fetched_at: When it was read (UTC).
--   seen_at: When it was last listed (UTC).

with
listed as (
    select
        article_id,
        max(seen_at) as seen_at
    from figshare_internal.listed_articles
    where left_at is null
    group by article_id
),

supplements as (
    select
        article_id,
        staging.supplemented_material(related_materials) as material
    from figshare_internal.articles
),

supplemented as (
    select
        article_id,
        staging.bare_doi(json_extract_string(material, '$.identifier')) as doi,
        staging.blank_to_null(json_extract_string(material, '$.title')) as title
    from supplements
)

select
    articles.article_id,
    articles.account_id,
    staging.blank_to_null(coalesce(articles.title_text, articles.title)) as title,
    staging.blank_to_null(articles.defined_type_name) as item_type,
    staging.bare_doi(articles.doi) as doi,
    staging.blank_to_null(articles.url_private_html) as url,
    articles.group_id,
    staging.blank_to_null(articles.license_name) as license,
    staging.description_text(articles.description) as description,
    articles.version,
    staging.blank_to_null(articles.status) as status,
    articles.is_public,
    articles.created_date as created_at,
    articles.modified_date as modified_at,
    articles.published_date as published_at,
    staging.joined(staging.author_names(articles.authors)) as authors,
    staging.entry_count(articles.authors) as author_count,
    staging.joined(staging.different_texts(staging.category_titles(articles.categories))) as categories,
    staging.joined(staging.different_texts(staging.json_texts(cast(articles.tags as json)))) as tags,
    coalesce(
        staging.joined(staging.different_texts(staging.funding_entries(articles.funding_list))),
        staging.blank_to_null(articles.funding)
    ) as funding,
    coalesce(staging.bare_doi(articles.resource_doi), supplemented.doi) as resource_doi,
    staging.resource_title(
        staging.bare_doi(articles.resource_doi),
        staging.blank_to_null(articles.resource_title),
        supplemented.doi,
        supplemented.title
    ) as resource_title,
    -- A detail shows ten files at most.
    staging.shown_file_count(
        nullif(least(staging.entry_count(articles.files), 10), 10), articles.size
    ) as file_count,
    articles.size as size_bytes,
    articles.is_metadata_record,
    articles.is_embargoed,
    staging.when_embargoed(articles.is_embargoed, staging.blank_to_null(articles.embargo_type)) as embargo_type,
    staging.when_embargoed(articles.is_embargoed, cast(articles.embargo_date as date)) as embargo_ends_on,
    articles.custom_fields,
    articles.fetched_at,
    listed.seen_at
from figshare_internal.articles as articles
inner join listed on articles.article_id = listed.article_id
left join supplemented on articles.article_id = supplemented.article_id
