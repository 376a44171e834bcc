-- One row per institution that accounts are of.
--
-- columns:
--   institution_id: the institution.

select distinct institution_id
from figshare_internal.accounts
where institution_id is not null
