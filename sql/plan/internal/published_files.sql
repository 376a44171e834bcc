-- One row per file that internal reports were published into.
--
-- columns:
--   path: the file, absolute.
--   warehouse: where the warehouse's file was then, absolute.

select
    path,
    warehouse
from figshare_internal.published_files
order by path, warehouse
