-- One row: the space in the database's file that new rows can take.
--
-- columns:
--   free_bytes: how much, in bytes.

select cast(free_blocks * block_size as bigint) as free_bytes
from pragma_database_size()
where database_name = current_database()
