-- A DOI without the address of its resolver; any other identifier as it is. Capitals do not matter
-- in a DOI, so DOIs are compared in lower case.
--
-- parameters:
--   value: a DOI in any form, or another identifier.

select
    staging.blank_to_null(
        regexp_replace(trim(value), '^((https?://)?(dx\.)?doi\.org/|doi:\s*)', '', 'i')
    )
