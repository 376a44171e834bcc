-- One row per refresh that followed only one institution.
--
-- parameters:
--   institution_id: the institution.
--
-- columns:
--   refresh_id: the refresh.

with
texts as (select 'institution ' || cast($institution_id as varchar) || '( group [0-9]+)?' as listing)

select refreshes.refresh_id
from figshare.refreshes
cross join texts
where regexp_full_match(refreshes.listings, texts.listing || '(, ' || texts.listing || ')*')
order by refreshes.refresh_id
