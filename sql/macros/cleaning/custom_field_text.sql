-- The value of a custom metadata field as one text, the values of a list joined by `; `; NULL where
-- there is none.
--
-- parameters:
--   value: the value as Figshare gives it.

select nullif(list_aggregate(staging.custom_field_texts(value), 'string_agg', '; '), '')
