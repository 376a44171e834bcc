-- How many entries a list in a record has; NULL where it is not known, or no list.
--
-- parameters:
--   entries: the list, as JSON text.

select case when json_type(entries) = 'ARRAY' then cast(json_array_length(entries) as bigint) end
