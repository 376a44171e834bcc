-- The first related material in a record that is a paper with a DOI which the record supplements, as
-- JSON; NULL where there is none.
--
-- parameters:
--   related_materials: the list of related materials, as JSON text.

select
    list_filter(
        json_extract(related_materials, '$[*]'),
        lambda item: staging.supplemented_doi(
            json_extract_string(item, '$.relation'),
            json_extract_string(item, '$.identifier_type'),
            json_extract_string(item, '$.identifier')
        ) is not null
    )[1]
