-- One row: what reading one article takes besides its detail, on average over what is loaded.
--
-- columns:
--   files_requests: requests for pages of files per article; NULL when nothing is loaded.
--   versions_requests: requests for the list of versions per article; NULL when nothing is loaded.

select
    avg(case when file_count >= 10 then file_count // 1000 + 1 else 0 end) as files_requests,
    avg(case when version > 1 then 1 else 0 end) as versions_requests
from figshare.articles
