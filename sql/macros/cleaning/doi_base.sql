-- A DOI in lower case without the number of a version: Figshare registers one for each version, which
-- ends in `.v2`, and one for them all.
--
-- parameters:
--   value: a DOI without its resolver's address.

select lower(regexp_replace(value, '\.[vV][0-9]+$', ''))
