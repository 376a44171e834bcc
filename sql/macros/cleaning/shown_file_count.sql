-- How many files an article has; NULL where they are not shown, as under an embargo: its list may
-- be empty though there are files, which have a size.
--
-- parameters:
--   file_count: the files in its list; NULL where the list failed.
--   size_bytes: the size that its record gives.

select case when file_count > 0 or coalesce(size_bytes, 0) = 0 then file_count end
