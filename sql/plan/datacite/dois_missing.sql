-- One row per DOI that is held as shown and that DataCite does not show any more, as it is to be held from now on.
--
-- `fetched` has the DOIs that DataCite showed, in the column `doi`.
--
-- parameters:
--   prefixes: the prefixes that were read; NULL where DOIs were asked for by name.
--   asked: the DOIs that were asked for by name; NULL for all of the prefixes.
--   now: the time now (UTC).
--
-- columns: those of `datacite.dois`.

with
held as (
    select * replace (cast($now as timestamp) as missing_since)
    from datacite.dois
    where
        missing_since is null
        and ($prefixes is null or list_contains($prefixes, prefix))
        and ($asked is null or list_contains($asked, doi))
)

select held.*
from held
anti join fetched on held.doi = fetched.doi
