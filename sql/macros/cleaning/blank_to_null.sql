-- A text without spaces around it; NULL where nothing is left.
--
-- parameters:
--   value: the text.

select nullif(trim(value), '')
