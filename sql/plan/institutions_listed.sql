-- One row per institution of which a listing ever showed an article.
--
-- columns:
--   institution_id: the institution.

select distinct cast(regexp_extract(listing, '^institution ([0-9]+)', 1) as bigint) as institution_id
from figshare.listed_articles
where listing like 'institution %'
order by institution_id
