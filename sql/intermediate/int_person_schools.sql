-- One row per person and line of the user's list of schools that names the person, by an author id or the ORCID iD.
--
-- Several lines can name one person under several ids and say different schools: the first counts.
--
-- columns:
--   person_id: The person: int_people.person_id.
--   line: The line of the list.
--   school: The school it says.
--   faculty: The faculty that the school is of; NULL when not given.
--   is_by_id: Whether the line names an author id of the person; otherwise only the ORCID iD.
--   is_first: Whether it is the person's first line, the one that counts.

with
people as (select * from intermediate.int_people),

named as (
    select
        people.person_id,
        schools.line,
        schools.school,
        schools.faculty,
        true as is_by_id
    from figshare.schools
    inner join people on schools.author_id = people.author_id
    union all
    select
        people.person_id,
        schools.line,
        schools.school,
        schools.faculty,
        false as is_by_id
    from figshare.schools
    inner join people on schools.orcid = people.orcid
),

lines as (
    select
        person_id,
        line,
        school,
        faculty,
        bool_or(is_by_id) as is_by_id
    from named
    group by person_id, line, school, faculty
)

select
    person_id,
    line,
    school,
    faculty,
    is_by_id,
    row_number() over (partition by person_id order by line) = 1 as is_first
from lines
