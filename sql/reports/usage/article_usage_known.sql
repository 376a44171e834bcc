-- One row per institution and article that it currently lists, with what is needed to tell no usage from usage that is
-- not known.
--
-- A month of an article in reports.usage_by_month has no row where it is before `started_on`, which is no usage, or
-- where nothing is known of it. The table macro reports.usage_between reads this.
--
-- key: institution_id, article_id
-- columns:
--   started_on: First day (UTC) of the month from which there can be usage: that of its earliest date, or of earlier
--     usage by a private link.
--   usage_complete_to: Last day (UTC) up to which views and downloads are known of every month; NULL when they are not.
--   listed_to: Day (UTC) on which the institution's listing was last read to its end: later months were still to come.

with
unused as (select * from intermediate.int_usage_unused where entity_type = 'article')

select
    institution_articles.institution_id,
    institution_articles.article_id,
    unused.first_month as started_on,
    months_known.known_to as usage_complete_to,
    cast(listings.completed_at as date) as listed_to
from intermediate.int_institution_articles as institution_articles
left join unused on institution_articles.article_id = unused.entity_id
left join intermediate.int_usage_months_known as months_known
    on institution_articles.article_id = months_known.article_id
left join intermediate.int_institution_listings as listings
    on institution_articles.institution_id = listings.institution_id
