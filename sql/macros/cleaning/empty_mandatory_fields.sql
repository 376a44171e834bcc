-- The names of the custom metadata fields in a record that must be filled in, and are not.
--
-- parameters:
--   custom_fields: the list of custom fields, as JSON text.

select
    list_transform(
        list_filter(
            json_extract(custom_fields, '$[*]'),
            lambda item: coalesce(json_extract_string(item, '$.is_mandatory') = 'true', false)
            and len(staging.json_texts(json_extract(item, '$.value'))) = 0
        ),
        lambda item: staging.custom_field_name(json_extract_string(item, '$.name'))
    )
