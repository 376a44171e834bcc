-- One row per address that was asked for: all go with an institution, and those that others name are asked for again.
--
-- columns:
--   link: the address.

select link
from figshare.link_checks
