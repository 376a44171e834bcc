-- A text in one line, with single spaces; NULL where nothing is left.
--
-- parameters:
--   value: the text.

select staging.blank_to_null(regexp_replace(value, '[\s\p{Z}]+', ' ', 'g'))
