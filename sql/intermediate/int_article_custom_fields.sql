-- One row per article of int_articles and custom metadata field of it.
--
-- Figshare gives the value of one field as a text in one record and as a list in the next; a list becomes one text, its
-- values in the list's order joined by `; `.
--
-- columns:
--   article_id: The article.
--   position: The place in the article's list of custom fields, from 1.
--   field_name: Name of the field, control characters and white space folded to single spaces; `(no name)` when it has
--     none.
--   field_type: Kind of field, for instance text, dropdown or date; NULL when not given.
--   is_mandatory: Whether depositors must fill it in; NULL when not given.
--   value: The value as text; NULL when it is empty.
--   value_count: How many values it holds: 0 when empty, 1 for a text.

with
custom_fields as (
    select
        custom_fields.article_id,
        custom_fields.position,
        staging.custom_field_name(custom_fields.name) as field_name,
        staging.blank_to_null(custom_fields.field_type) as field_type,
        custom_fields.is_mandatory,
        staging.custom_field_texts(custom_fields.value) as texts
    from figshare.article_custom_fields as custom_fields
    inner join intermediate.int_articles as articles on custom_fields.article_id = articles.article_id
)

select
    article_id,
    position,
    field_name,
    field_type,
    is_mandatory,
    staging.joined(texts) as value,
    cast(len(texts) as bigint) as value_count
from custom_fields
