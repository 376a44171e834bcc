-- One row per person, with the ids and the names that articles show.
--
-- columns:
--   person_id: The person: int_people.person_id.
--   orcid: The person's ORCID iD; NULL when not known.
--   full_name: The name as on the latest article that shows one (the highest article id of several on one day).
--   author_ids: All of the person's author ids, ascending, joined by `, `.
--   name_variants: All the ways the name is written, in the order of the alphabet, joined by `; `.

with
people as (select * from intermediate.int_people),

written_names as (
    select
        people.person_id,
        institution_authors.full_name,
        max(row(
            coalesce(institution_authors.published_on, date '0001-01-01'),
            institution_authors.article_id,
            -institution_authors.position
        )) as latest
    from intermediate.int_institution_authors as institution_authors
    inner join people on institution_authors.author_id = people.author_id
    where institution_authors.full_name is not null
    group by people.person_id, institution_authors.full_name
),

person_names as (
    select
        person_id,
        arg_max(full_name, latest) as full_name,
        string_agg(full_name, '; ' order by full_name) as name_variants
    from written_names
    group by person_id
),

person_ids as (
    select
        person_id,
        any_value(orcid) as orcid,
        string_agg(cast(author_id as varchar), ', ' order by author_id) as author_ids
    from people
    group by person_id
)

select
    person_ids.person_id,
    person_ids.orcid,
    person_names.full_name,
    person_ids.author_ids,
    person_names.name_variants
from person_ids
left join person_names on person_ids.person_id = person_names.person_id
