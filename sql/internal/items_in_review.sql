-- One row per article that waits for a decision, with its metadata as it stands now.
--
-- It can have been changed since it was submitted. For a look at what is in review without opening each item.
--
-- key: article_id
-- columns:
--   article_id: The article.
--   review_id: The newest review that waits: internal.review_queue.review_id.
--   title: Title as plain text; NULL when the article was not read.
--   item_type: Figshare's name of the item type.
--   doi: DOI, also when it is only reserved; NULL when it has none.
--   group_id: Group it lies in; NULL when in none.
--   group_name: Name of that group; NULL when in none or not known.
--   owner_name: Name of the owner; NULL when not known.
--   reviewer_name: Name of the reviewer; NULL while it is with none, or when not known.
--   round: Which time it was submitted, from 1.
--   waiting_since: Since when it waits (UTC).
--   version: Number of the version that it becomes.
--   authors: Names of the authors, joined by `; `; NULL when there is none or not known.
--   author_count: Authors; NULL when not known.
--   categories: Subject categories, joined by `; `; NULL when none.
--   tags: Keywords, joined by `; `; NULL when none.
--   license: Licence; NULL when none is chosen.
--   description: Description without HTML; NULL when none.
--   funding: Funding, joined by `; `; NULL when none.
--   resource_doi: DOI of the linked publication; NULL when none.
--   resource_title: Title of the linked publication; NULL when none or not given.
--   file_count: Files; NULL when there are ten or more, and when not known.
--   size_bytes: Size of the files in bytes; NULL when not known.
--   is_metadata_record: Whether it is a record without files.
--   is_embargoed: Whether an embargo is in force.
--   embargo_type: What the embargo covers, `article` or `file`; NULL without one.
--   embargo_ends_on: Day (UTC) it ends; NULL without one, or without an end.
--   modified_at: When it was last modified (UTC).
--   url: Address of the page on which it is edited.
--   fetched_at: When the article was read (UTC); NULL when it was not.

with
waiting as (
    select *
    from internal_staging.int_reviews
    where status = 'pending' and article_id is not null
    qualify row_number() over (partition by article_id order by review_id desc) = 1
)

select
    waiting.article_id,
    waiting.review_id,
    articles.title,
    articles.item_type,
    articles.doi,
    coalesce(articles.group_id, waiting.group_id) as group_id,
    case when articles.group_id is not null then states.group_name else waiting.group_name end as group_name,
    waiting.owner_name,
    waiting.reviewer_name,
    waiting.round,
    waiting.waiting_since,
    articles.version,
    articles.authors,
    articles.author_count,
    articles.categories,
    articles.tags,
    articles.license,
    articles.description,
    articles.funding,
    articles.resource_doi,
    articles.resource_title,
    articles.file_count,
    articles.size_bytes,
    articles.is_metadata_record,
    articles.is_embargoed,
    articles.embargo_type,
    articles.embargo_ends_on,
    articles.modified_at,
    articles.url,
    articles.fetched_at
from waiting
left join internal_staging.int_articles as articles on waiting.article_id = articles.article_id
left join internal_staging.int_article_states as states on waiting.article_id = states.article_id
