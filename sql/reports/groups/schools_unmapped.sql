-- One row per thing that the user's list of schools and the warehouse do not agree about: its kind, and the group,
-- author or ORCID iD.
--
-- Nothing is wrong with a group without a school when that is meant; what is unknown may be mistyped, or have no
-- article that an institution lists and that is loaded. Empty when no list was loaded. For correcting the list.
--
-- key: kind, id
-- columns:
--   kind: `group without school` (the list names groups, but not this one), `unknown group` (neither in the
--     institution's list of groups nor the group of an article), `unknown author` and `unknown ORCID iD` (of no author
--     of an article), or `author with several schools` (lines for one person, under several ids, differ; the first
--     counts).
--   id: Figshare's id of the group or author, or the ORCID iD.
--   name: Name of the group or author; NULL when not known.
--   article_count: Articles in the group itself, or of the author; NULL when not known.
--   line: The line of the list; of an author with several schools the first that does not count. NULL for a group
--     without a school.
--   school: The school that the line says; NULL for a group without a school.

with
group_schools as (select * from intermediate.int_group_schools),
person_schools as (select * from intermediate.int_person_schools),
people as (select * from intermediate.int_people),

group_lines as (
    select count(*) as line_count
    from group_schools
),

group_counts as (
    select
        group_id,
        count(distinct article_id) as article_count
    from intermediate.int_institution_articles
    where group_id is not null
    group by group_id
),

-- Were two institutions to have one group, it would be one here.
known_groups as (
    select
        group_id,
        min(group_name) as group_name,
        max(case when is_listed then 1 else 0 end) as is_listed
    from intermediate.int_groups
    group by group_id
),

groups_without_school as (
    select
        'group without school' as kind,
        cast(known_groups.group_id as varchar) as id,
        known_groups.group_name as name,
        case
            when group_counts.article_count is not null then group_counts.article_count
            when known_groups.is_listed = 1 then 0
        end as article_count,
        cast(null as bigint) as line,
        cast(null as varchar) as school
    from known_groups
    inner join group_lines on group_lines.line_count > 0
    left join group_schools on known_groups.group_id = group_schools.group_id
    left join group_counts on known_groups.group_id = group_counts.group_id
    where group_schools.group_id is null
),

unknown_groups as (
    select
        'unknown group' as kind,
        cast(group_schools.group_id as varchar) as id,
        cast(null as varchar) as name,
        cast(null as bigint) as article_count,
        group_schools.line,
        group_schools.school
    from group_schools
    left join known_groups on group_schools.group_id = known_groups.group_id
    where known_groups.group_id is null
),

unknown_authors as (
    select
        'unknown author' as kind,
        cast(schools.author_id as varchar) as id,
        cast(null as varchar) as name,
        cast(null as bigint) as article_count,
        schools.line,
        schools.school
    from figshare.schools
    left join people on schools.author_id = people.author_id
    where schools.author_id is not null and people.author_id is null
    qualify row_number() over (partition by schools.author_id order by schools.line) = 1
),

known_orcids as (
    select distinct orcid
    from people
    where orcid is not null
),

unknown_orcids as (
    select
        'unknown ORCID iD' as kind,
        schools.orcid as id,
        cast(null as varchar) as name,
        cast(null as bigint) as article_count,
        schools.line,
        schools.school
    from figshare.schools
    left join known_orcids on schools.orcid = known_orcids.orcid
    where schools.orcid is not null and known_orcids.orcid is null
    qualify row_number() over (partition by schools.orcid order by schools.line) = 1
),

first_schools as (select * from person_schools where is_first),

person_counts as (
    select
        person_id,
        count(*) as article_count
    from intermediate.int_article_people
    group by person_id
),

differing_people as (
    select
        'author with several schools' as kind,
        cast(person_schools.person_id as varchar) as id,
        person_names.full_name as name,
        person_counts.article_count,
        person_schools.line,
        person_schools.school
    from person_schools
    inner join first_schools on person_schools.person_id = first_schools.person_id
    left join intermediate.int_person_names as person_names on person_schools.person_id = person_names.person_id
    left join person_counts on person_schools.person_id = person_counts.person_id
    where
        person_schools.school <> first_schools.school
        or coalesce(person_schools.faculty, '') <> coalesce(first_schools.faculty, '')
    qualify
        row_number() over (partition by person_schools.person_id order by person_schools.line) = 1
)

select * from groups_without_school
union all
select * from unknown_groups
union all
select * from unknown_authors
union all
select * from unknown_orcids
union all
select * from differing_people
