-- One row per listing (of an institution, a group or a search, or one article that is followed by itself) that the
-- warehouse follows, as of its last complete reading.
--
-- key: listing
-- columns:
--   listing: Name: `institution 1`, `institution 1 group 2`, `search NAME`, `article 3`.
--   institution_id: The institution it is limited to; NULL for a search.
--   group_id: The group it is limited to; NULL for a whole institution or a search.
--   search: Name of the search; NULL for an institution or a group.
--   search_for: What the search looks for, in Figshare's search language; NULL when none.
--   article_count: How many different articles it showed.
--   refresh_id: The refresh that last read it to its end: operations.refreshes.refresh_id.

select
    listing,
    institution_id,
    group_id,
    search,
    search_for,
    article_count,
    completed_at,
    refresh_id
from figshare.listings
