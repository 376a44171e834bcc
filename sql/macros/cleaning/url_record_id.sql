-- The id of the record that an address of a Figshare portal leads to: its last number, but for that of a version.
--
-- A number of at most three digits behind one of at least four is that of a version.
--
-- parameters:
--   value: the address.

select try_cast(nullif(regexp_extract(value, '/([0-9]{4,18})(?:/([0-9]{1,3}))?/?(?:[?#].*)?$', 1), '') as bigint)
