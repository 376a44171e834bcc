-- One row per item that is currently listed and loaded. An item that two institutions list is one row, with the smaller
-- institution id.
--
-- The centre of the tables for dashboards: reports.article_authors, article_categories, article_tags, article_funding,
-- article_files and article_usage_by_month have its `article_id`, and reports.group_usage_by_country its `group_id`.
-- With a column per custom field as well: reports.article_main_wide. NULL means not known or none, as the column says.
-- Times are UTC.
--
-- key: article_id
-- columns:
--   institution_id: The institution that lists it.
--   license: Licence; NULL when not known.
--   group_id: Group it lies in; NULL when in none.
--   published_year: Year of that day.
--   published_month_number: Month of that day, 1 to 12.
--   first_online_on: Day (UTC) it was first online, as the depositor or Figshare says; NULL when not known.
--   posted_on: Day (UTC) the latest version was posted; NULL when not known.
--   created_on: Day (UTC) the latest version was created; NULL when not known.
--   modified_on: Day (UTC) it was last modified; NULL when not known.
--   revised_on: Day (UTC) it was revised; NULL when never.
--   submitted_on: Day (UTC) it was submitted; NULL when not known.
--   version: Number of the latest public version.
--   authors: Names of the authors, joined by `; `; NULL when there is none or not known.
--   author_count: Authors shown; NULL when not known.
--   tags: Keywords, joined by `; `; NULL when none.
--   funding: Funding, joined by `; `, without the funder names of linked grants: reports.article_funding has them; NULL
--     when none.
--   file_count: Files; NULL when not known.
--   size_bytes: Size of the files in bytes; NULL when not known.
--   is_embargoed: Whether an embargo is in force.
--   embargo_ends_on: Day (UTC) it ends; NULL without one.
--   resource_doi: DOI of the linked publication; NULL when none.
--   views: Views since the beginning; NULL when not known. Figshare's own count, not COUNTER's.
--   downloads: Downloads since the beginning; NULL when not known.
--   usage_as_of: When views and downloads were last known, the earlier of the two (UTC); NULL when one of them is not
--     known.
--   usage_complete_to: Last day (UTC) up to which the views and downloads of every month are known; NULL when they are
--     not.

with
one_institution as (
    select * from reports.articles
    qualify row_number() over (partition by article_id order by institution_id) = 1
)

select
    one_institution.article_id,
    one_institution.institution_id,
    one_institution.title,
    one_institution.doi,
    one_institution.url,
    one_institution.item_type,
    one_institution.license,
    one_institution.group_id,
    one_institution.group_name,
    one_institution.parent_group_name,
    one_institution.published_on,
    cast(extract(year from one_institution.published_on) as integer) as published_year,
    cast(extract(month from one_institution.published_on) as integer) as published_month_number,
    cast(one_institution.first_online_at as date) as first_online_on,
    cast(one_institution.posted_at as date) as posted_on,
    cast(one_institution.created_at as date) as created_on,
    cast(one_institution.modified_at as date) as modified_on,
    cast(one_institution.revised_at as date) as revised_on,
    cast(one_institution.submitted_at as date) as submitted_on,
    one_institution.version,
    one_institution.authors,
    one_institution.author_count,
    one_institution.categories,
    one_institution.tags,
    one_institution.funding,
    one_institution.file_count,
    one_institution.size_bytes,
    one_institution.is_embargoed,
    one_institution.embargo_ends_on,
    one_institution.is_metadata_record,
    one_institution.resource_doi,
    one_institution.resource_title,
    one_institution.views,
    one_institution.downloads,
    one_institution.usage_as_of,
    months_known.known_to as usage_complete_to,
    one_institution.citations,
    one_institution.citations_as_of
from one_institution
left join intermediate.int_usage_months_known as months_known on one_institution.article_id = months_known.article_id
