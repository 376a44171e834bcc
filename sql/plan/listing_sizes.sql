-- One row per listing that was read to its end.
--
-- columns:
--   listing: its name.
--   article_count: the articles that it showed the last time.

select
    listing,
    article_count
from figshare.listings
