-- One row per listing, by name.
--
-- columns:
--   listing: as in reports.listings, with what follows.
--   article_count: articles in it.
--   completed_at: when it was last read to its end.

select
    listing,
    article_count,
    completed_at
from reports.listings
order by listing
