-- The names of the authors in a record, in its order, each in one line; those without a name are
-- left out.
--
-- parameters:
--   authors: the list of authors, as JSON text.

select
    list_filter(
        list_transform(
            json_extract(authors, '$[*]'),
            lambda item: staging.person_name(
                json_extract_string(item, '$.full_name'),
                json_extract_string(item, '$.first_name'),
                json_extract_string(item, '$.last_name')
            )
        ),
        lambda item: item is not null
    )
