-- The host that an address names, in lower case; NULL where it is no address of the web.
--
-- parameters:
--   value: the address.

select nullif(regexp_extract(lower(trim(value)), '^https?://(?:[^/?#@]*@)?([^/:?#]+)', 1), '')
