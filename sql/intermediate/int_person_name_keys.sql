-- One row per person and different way their name is written, folded for comparison.
--
-- Capitals, accents and punctuation do not count, and `Doe, Jane` is `jane doe`.
--
-- columns:
--   person_id: The person: int_people.person_id.
--   name_key: The name, folded.
--   initial_key: First letter of the first word and the last word; the word itself when there is only one.
--   is_initial: Whether the first of several words is only a letter.

with
names as (
    select distinct
        people.person_id,
        institution_authors.full_name
    from intermediate.int_institution_authors as institution_authors
    inner join intermediate.int_people as people on institution_authors.author_id = people.author_id
    where institution_authors.full_name is not null
),

folded as (
    select distinct
        person_id,
        trim(
            regexp_replace(
                lower(strip_accents(regexp_replace(full_name, '^([^,]+),([^,]+)$', '\2 \1'))),
                '[^\p{L}\p{N}]+',
                ' ',
                'g'
            )
        ) as name_key
    from names
)

select
    person_id,
    name_key,
    case
        when name_key like '% %'
            then substr(name_key, 1, 1) || ' ' || regexp_extract(name_key, '[^ ]+$')
        else name_key
    end as initial_key,
    name_key like '_ %' as is_initial
from folded
where name_key <> ''
