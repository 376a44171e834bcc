-- One row per institution and article that it currently lists and that is loaded. An article lies in one institution,
-- so `article_id` is unique in practice; were two institutions to list it, each would have its row.
--
-- Article is Figshare's word for any item: dataset, figure, thesis and so on. Drafts, withdrawn articles and articles
-- whose record is not read yet are not here (see reports.institution_summary for how many are still to be read). NULL
-- means not known or none, as the column says; 0 always means that there are none. All times are UTC. For lists of
-- items, for filtering and counting in BI tools, and for finding what lacks a licence or a DOI.
--
-- key: institution_id, article_id
-- columns:
--   doi: DOI of the latest version, without `https://doi.org/`; NULL when it has none.
--   handle: Handle; NULL when it has none.
--   item_type: Figshare's name of the item type, for instance dataset.
--   group_id: Group it lies in; NULL when in none.
--   parent_group_id: Group above that one; NULL when there is none or it is not known.
--   school: School of the user's list that the group belongs to; NULL when none. Not for counting: what an article
--     counts for, also by its authors, is in reports.school_articles.
--   published_on: Day (UTC) it was first public: first online, else published, else posted.
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
--   funding: Funding entries with their grant codes, joined by `; `, without the funder names of linked grants (they
--     are in `funders` and reports.article_funding); else the funding given as free text; NULL when none.
--   resource_doi: DOI of the linked publication, without `https://doi.org/`; NULL when none.
--   resource_accepted_at: When the linked publication was accepted (UTC); NULL when not given.
--   resource_published_at: When the linked publication was published (UTC); NULL when not given.
--   is_embargoed: Whether an embargo is in force, as of `fetched_at`.
--   embargo_type: What the embargo in force covers, `article` or `file`; NULL without one.
--   embargo_ends_on: Day (UTC) the embargo in force ends; NULL without one, or when it has no end or none that can be
--     read.
--   has_linked_file: Whether a file lies elsewhere and is only linked.
--   views: Views since the beginning, all versions; NULL when not known. Figshare's own count, not COUNTER's.
--   downloads: Downloads since the beginning; NULL when not known. Figshare's own count, not COUNTER's.
--   shares: Shares since the beginning; NULL when not known. Figshare's own count, not COUNTER's.
--   usage_as_of: When views and downloads were last known, the earlier of the two (UTC); NULL when one of them is not
--     known. Shares, nearly always 0, are asked for less often.
--   fetched_at: When the record was read from Figshare (UTC).

select
    institution_articles.institution_id,
    institutions.institution_name,
    articles.article_id,
    articles.title,
    articles.doi,
    articles.handle,
    articles.url,
    articles.item_type,
    institution_articles.group_id,
    groups.group_name,
    groups.parent_group_id,
    groups.parent_group_name,
    group_schools.school,
    group_schools.faculty,
    articles.license,
    articles.published_on,
    articles.first_online_at,
    articles.posted_at,
    articles.published_at,
    articles.created_at,
    articles.modified_at,
    articles.revised_at,
    articles.submitted_at,
    articles.version,
    article_lists.authors,
    articles.author_count,
    articles.file_count,
    articles.size_bytes,
    article_lists.categories,
    article_lists.tags,
    article_lists.funders,
    coalesce(article_lists.funding, articles.funding_text) as funding,
    articles.resource_doi,
    articles.resource_title,
    articles.resource_accepted_at,
    articles.resource_published_at,
    articles.is_embargoed,
    articles.embargo_type,
    articles.embargo_ends_on,
    articles.is_metadata_record,
    articles.has_linked_file,
    articles.is_download_disabled,
    article_usage.views,
    article_usage.downloads,
    article_usage.shares,
    article_usage.usage_as_of,
    article_citations.citations,
    article_citations.citations_as_of,
    articles.fetched_at
from intermediate.int_institution_articles as institution_articles
inner join intermediate.int_articles as articles on institution_articles.article_id = articles.article_id
left join intermediate.int_institutions as institutions
    on institution_articles.institution_id = institutions.institution_id
left join intermediate.int_article_lists as article_lists on articles.article_id = article_lists.article_id
left join intermediate.int_article_usage as article_usage on articles.article_id = article_usage.article_id
left join intermediate.int_article_citations as article_citations
    on articles.article_id = article_citations.article_id
left join intermediate.int_group_schools as group_schools on institution_articles.group_id = group_schools.group_id
left join intermediate.int_groups as groups
    on institution_articles.institution_id = groups.institution_id and institution_articles.group_id = groups.group_id
