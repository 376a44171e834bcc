-- One row per article that was ever listed and is not in reports.articles: found by a search, followed by itself, left,
-- withdrawn, or not read yet.
--
-- What comes from the record is as it was when last read, and NULL where it never was; else NULL means not known or
-- none, as the column says. An article that a search finds, or that is followed by itself, is here only while no
-- institution that is followed lists it. All times are UTC. For looking up what is not in the repository's reports.
--
-- key: article_id
-- columns:
--   state: `public`, `withdrawn` (Figshare does not find it any more) or `left` (nothing that is followed lists it any
--     more); NULL when not known, as of a listing that was never read to its end.
--   is_loaded: Whether its record was ever read.
--   followed_by: What lists it now: `search NAME`, or `article ID` where it is followed by itself, joined by `; `; NULL
--     when nothing does.
--   institution_id: Figshare's id of the institution that last listed it; NULL when none ever did.
--   title: Title as plain text; as the listing gives it, which may hold HTML, when its record was never read.
--   doi: DOI of the latest version, without `https://doi.org/`; NULL when it has none.
--   handle: Handle; NULL when it has none.
--   group_id: Group that it lies in or lay in; NULL when in none.
--   first_online_at: When it was first online (UTC), as the depositor or Figshare says.
--   posted_at: When the latest version was posted (UTC).
--   published_at: When the latest version was published (UTC).
--   created_at: When the latest version was created (UTC).
--   modified_at: When it was last modified (UTC).
--   revised_at: When it was revised (UTC); NULL when never.
--   submitted_at: When it was submitted (UTC); NULL when not known.
--   version: Number of the latest public version, from 1.
--   authors: Names of the authors in the order shown, joined by `; `; NULL when there is none or the list is not known.
--   author_count: Authors shown; NULL when the list is not known.
--   size_bytes: Total size of the files in bytes; files that are only linked count 0; NULL when not known.
--   tags: Keywords as written, exact duplicates once, joined by `; `; NULL when none.
--   funders: Names of the funders of linked grants, each once, joined by `; `; NULL when none.
--   funding: Funding entries with their grant codes, joined by `; `, without the funder names of linked grants; else
--     the funding given as free text; NULL when none.
--   resource_doi: DOI of the linked publication, without `https://doi.org/`; NULL when none.
--   is_embargoed: Whether an embargo is in force, as of `fetched_at`.
--   embargo_type: What the embargo in force covers, `article` or `file`; NULL without one.
--   embargo_ends_on: Day (UTC) the embargo in force ends; NULL without one, or when it has no end or none that can be
--     read.
--   has_linked_file: Whether a file lies elsewhere and is only linked.
--   views: Views since the beginning, all versions; NULL when not known. Figshare's own count, not COUNTER's.
--   downloads: Downloads since the beginning; NULL when not known. Figshare's own count, not COUNTER's.
--   shares: Shares since the beginning; NULL when not known. Figshare's own count, not COUNTER's.
--   usage_as_of: When views and downloads were last known, the earlier of the two (UTC); NULL when one of them is not
--     known. Of what is not followed any more usage is not asked for again.
--   usage_complete_to: Last day (UTC) up to which the views and downloads of every month are known; NULL when they are
--     not.
--   withdrawn_at: When it was found withdrawn (UTC); it was some time before. NULL when it is not.
--   left_at: When it was found that nothing lists it any more (UTC); NULL when it has not left.
--   fetched_at: When the record was last read from Figshare (UTC); NULL when never.

select
    other_articles.article_id,
    other_articles.state,
    records.article_id is not null as is_loaded,
    other_articles.followed_by,
    other_articles.institution_id,
    coalesce(records.title, other_articles.listed_title) as title,
    records.doi,
    records.handle,
    records.url,
    records.item_type,
    coalesce(records.group_id, other_articles.listed_group_id) as group_id,
    records.license,
    records.published_on,
    records.first_online_at,
    records.posted_at,
    records.published_at,
    records.created_at,
    records.modified_at,
    records.revised_at,
    records.submitted_at,
    records.version,
    article_lists.authors,
    records.author_count,
    records.file_count,
    records.size_bytes,
    article_lists.categories,
    article_lists.tags,
    article_lists.funders,
    coalesce(article_lists.funding, records.funding_text) as funding,
    records.resource_doi,
    records.resource_title,
    records.is_embargoed,
    records.embargo_type,
    records.embargo_ends_on,
    records.is_metadata_record,
    records.has_linked_file,
    records.is_download_disabled,
    article_usage.views,
    article_usage.downloads,
    article_usage.shares,
    article_usage.usage_as_of,
    months_known.known_to as usage_complete_to,
    article_citations.citations,
    article_citations.citations_as_of,
    other_articles.withdrawn_at,
    other_articles.left_at,
    records.fetched_at
from intermediate.int_other_articles as other_articles
left join intermediate.int_article_records as records on other_articles.article_id = records.article_id
left join intermediate.int_article_lists as article_lists on other_articles.article_id = article_lists.article_id
left join intermediate.int_article_usage as article_usage on other_articles.article_id = article_usage.article_id
left join intermediate.int_usage_months_known as months_known on other_articles.article_id = months_known.article_id
left join intermediate.int_article_citations as article_citations
    on other_articles.article_id = article_citations.article_id
