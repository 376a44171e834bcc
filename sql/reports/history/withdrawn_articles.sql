-- One row per article that was public in one of the listings that are followed and is withdrawn now: Figshare does not
-- find it any more.
--
-- What was known of it when it was last read is kept; where its record was never read, the title is the listing's and
-- the rest NULL. A republished article is in reports.articles again and not here. Of the other reports only
-- search_results and changes, which keep what was, name withdrawn articles.
--
-- key: article_id
-- columns:
--   institution_id: Figshare's id of the institution that listed it; NULL when none ever did.
--   title: Title as plain text; as the listing gives it, which may hold HTML, when the record was never read.
--   doi: DOI of the latest version, without `https://doi.org/`; NULL when it had none.
--   item_type: Figshare's name of the item type; NULL when not known.
--   group_id: Group it lay in; NULL when in none or not known.
--   group_name: Name of that group; NULL when not known.
--   authors: Names of the authors in the order shown, joined by `; `; NULL when none is known.
--   published_at: When its latest version was published (UTC).
--   withdrawn_at: When it was found withdrawn (UTC); it was some time before.
--   reason: `gone from the listing` or `not found` (still listed, but its record is not found).
--   last_listed_at: When a listing last showed it (UTC).
--   last_read_at: When its record was last read (UTC); NULL when never.

select
    last_listings.institution_id,
    withdrawals.article_id,
    coalesce(records.title, last_listings.title) as title,
    records.doi,
    records.item_type,
    coalesce(records.group_id, last_listings.group_id) as group_id,
    groups.group_name,
    article_lists.authors,
    coalesce(records.published_at, last_listings.published_at) as published_at,
    withdrawals.withdrawn_at,
    withdrawals.reason,
    sightings.last_listed_at,
    records.fetched_at as last_read_at
from intermediate.int_withdrawals as withdrawals
left join intermediate.int_last_listings as last_listings on withdrawals.article_id = last_listings.article_id
left join intermediate.int_withdrawn_sightings as sightings on withdrawals.article_id = sightings.article_id
left join intermediate.int_article_records as records on withdrawals.article_id = records.article_id
left join intermediate.int_article_lists as article_lists on withdrawals.article_id = article_lists.article_id
left join intermediate.int_groups as groups
    on
        last_listings.institution_id = groups.institution_id
        and coalesce(records.group_id, last_listings.group_id) = groups.group_id
