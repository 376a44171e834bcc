-- The funding entries in a record, in its order, each with its grant code where it has one.
--
-- parameters:
--   funding_list: the list of funding entries, as JSON text.

select
    list_filter(
        list_transform(
            json_extract(funding_list, '$[*]'),
            lambda item: coalesce(
                staging.blank_to_null(json_extract_string(item, '$.title')),
                staging.blank_to_null(json_extract_string(item, '$.funder_name'))
            ) || coalesce(
                ' (' || staging.blank_to_null(json_extract_string(item, '$.grant_code')) || ')', ''
            )
        ),
        lambda item: item is not null
    )
