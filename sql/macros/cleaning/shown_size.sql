-- The size of an article in bytes: as its record gives it, else as its files do.
--
-- parameters:
--   size_bytes: the size that its record gives.
--   file_count: the files in its list; NULL where the list failed.
--   files_size_bytes: what the sizes of the files in its list add up to.

select
    cast(
        coalesce(size_bytes, case when file_count = 0 then 0 else files_size_bytes end) as bigint
    )
