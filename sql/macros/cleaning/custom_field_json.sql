-- The value of a custom metadata field as JSON: Figshare gives one and the same field as a text in
-- one record and as a list in the next.
--
-- parameters:
--   value: the value.

select case when json_valid(value) then cast(value as json) else to_json(value) end
