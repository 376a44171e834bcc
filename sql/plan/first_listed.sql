-- One row per listing and article whose first sighting is not noted yet, as it is to be loaded into first_listed.
--
-- columns:
--   listing: the listing.
--   article_id: the article.
--   first_seen_at: when the listing first showed it (UTC).

select
    listed_articles.listing,
    listed_articles.article_id,
    listed_articles.seen_at as first_seen_at
from figshare.listed_articles
left join figshare.first_listed
    on listed_articles.listing = first_listed.listing and listed_articles.article_id = first_listed.article_id
where first_listed.listing is null
