-- The titles of the subject categories in a record, in its order.
--
-- parameters:
--   categories: the list of categories, as JSON text.

select
    list_filter(
        list_transform(
            json_extract(categories, '$[*]'),
            lambda item: staging.blank_to_null(json_extract_string(item, '$.title'))
        ),
        lambda item: item is not null
    )
