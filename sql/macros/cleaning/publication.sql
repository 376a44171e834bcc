-- The identifier of a linked publication, in one form for all ways to write it: DOIs bare, all in
-- lower case.
--
-- parameters:
--   identifier: a DOI in any form, or another identifier.
--   link: the address that stands in where there is none.

select
    staging.blank_to_null(
        lower(
            staging.bare_doi(
                coalesce(staging.blank_to_null(identifier), staging.blank_to_null(link))
            )
        )
    )
