-- One row: what reading one article takes besides its detail, on average over what is loaded.
--
-- parameters:
--   files_shown: most files that a detail lists; with as many, or more, the files are read in pages.
--   page_size: files on a page.
--
-- columns:
--   files_requests: requests for pages of files per article; NULL when nothing is loaded.
--   versions_requests: requests for the list of versions per article; NULL when nothing is loaded.

select
    avg(case when file_count >= $files_shown then file_count // $page_size + 1 else 0 end) as files_requests,
    avg(case when version > 1 then 1 else 0 end) as versions_requests
from figshare.articles
