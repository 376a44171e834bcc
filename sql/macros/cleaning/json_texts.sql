-- The texts in a JSON text or list of texts, without those that are blank.
--
-- parameters:
--   value: the JSON; no texts where it is NULL.

select
    list_filter(
        list_transform(
            case
                when json_type(value) = 'ARRAY' then json_extract_string(value, '$[*]')
                when value is null then []
                else [json_extract_string(value, '$')]
            end,
            lambda item: trim(item)
        ),
        lambda item: item <> ''
    )
