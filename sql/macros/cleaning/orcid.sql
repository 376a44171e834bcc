-- A bare ORCID iD (0000-0002-1825-0097); NULL where there is none that is valid.
--
-- The iD is found in any form (address, with or without hyphens, lower-case x) and kept only when
-- its last character is the right check character: a mistyped iD must not join two people.
--
-- parameters:
--   value: the iD as Figshare gives it.

select staging.checked_orcid(staging.orcid_digits(value))
