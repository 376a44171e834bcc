-- The identifier of a publication, in one form for all ways to write it: DOIs bare, in lower case.
--
-- parameters:
--   identifier: a DOI in any form, or another identifier.

select staging.blank_to_null(lower(staging.bare_doi(identifier)))
