-- One row per article that is currently listed and loaded, and custom metadata field of it.
--
-- Figshare gives the value of one field as a text in one record and as a list in the next; a list is one text here, its
-- values in the list's order joined by `; `. A field that an article leaves empty has a row with `value` NULL; a field
-- that its record does not hold has none. For metadata of your own institution; reports.article_custom_fields_wide has
-- a column per field.
--
-- key: article_id, position
-- columns:
--   position: The place in the article's list of custom fields, from 1.
--   field_name: Name of the field, white space folded.
--   field_type: Kind of field, for instance text, dropdown or date; NULL when not given.
--   is_mandatory: Whether depositors must fill it in; NULL when not given.
--   value: The value as text, several joined by `; `; NULL when it is empty.
--   value_count: How many values it holds: 0 when empty, 1 for a text.

select
    article_id,
    position,
    field_name,
    field_type,
    is_mandatory,
    value,
    value_count
from intermediate.int_article_custom_fields
