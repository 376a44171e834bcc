-- One row per named search that the warehouse follows or has followed.
--
-- columns:
--   search: Its name.
--   search_for: What it looks for, in Figshare's search language; NULL when it only filters.
--   completed_at: When it was last read to its end (UTC); NULL when never.

select
    search,
    staging.blank_to_null(any_value(search_for)) as search_for,
    max(completed_at) as completed_at
from figshare.listings
where search is not null
group by search
