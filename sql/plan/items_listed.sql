-- One row where a listing shows an article through Figshare's API v3, else none.
--
-- columns:
--   is_listed: true.

select distinct true as is_listed
from figshare.listed_articles
where api_version = 'v3' and left_at is null
