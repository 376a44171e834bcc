-- One row per address of some that were asked for before.
--
-- parameters:
--   links: the addresses.
--
-- columns:
--   link: the address.
--   failing_since: since when it does not answer well (UTC); NULL when it did the last time.

select
    link,
    failing_since
from figshare.link_checks
where list_contains($links, link)
