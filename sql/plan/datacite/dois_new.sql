-- One row: how many of some DOIs, just read, are not held as shown yet.
--
-- `fetched` are rows of `datacite.dois`.
--
-- columns:
--   new_count: how many.

with
held as (
    select doi
    from datacite.dois
    where missing_since is null
)

select count(*) as new_count
from fetched
anti join held on fetched.doi = held.doi
