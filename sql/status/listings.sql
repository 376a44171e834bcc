-- One row per listing, by name.
--
-- columns:
--   listing: as in operations.listings, with what follows.
--   article_count: articles in it.
--   completed_at: when it was last read to its end.

select
    listing,
    article_count,
    completed_at
from operations.listings
order by listing
