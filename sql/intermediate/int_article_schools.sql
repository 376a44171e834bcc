-- One row per institution, article that it currently lists and school (with its faculty) that the article counts for;
-- an article that counts for none has one row without a school.
--
-- An article counts for the school of its group. Where its group has none, or it is in no group, it counts for each
-- school that the user's list gives to one of its authors.
--
-- columns:
--   institution_id: The institution.
--   article_id: The article.
--   school: The school; NULL when there is none.
--   faculty: The faculty that the school is of; NULL when not given.
--   counted_by: Why it counts for the school: group, author (the list names one of its authors by author id) or orcid
--     (only by ORCID iD); NULL when it counts for none.
--   school_count: Rows of that institution and article.

with
person_schools as (select * from intermediate.int_person_schools where is_first),

people_schools as (
    select
        article_people.article_id,
        person_schools.school,
        person_schools.faculty,
        bool_or(person_schools.is_by_id) as is_by_id
    from intermediate.int_article_people as article_people
    inner join person_schools on article_people.person_id = person_schools.person_id
    group by article_people.article_id, person_schools.school, person_schools.faculty
)

select
    institution_articles.institution_id,
    institution_articles.article_id,
    coalesce(group_schools.school, people_schools.school) as school,
    -- A school of the group comes with its own faculty, also where that is not given.
    case
        when group_schools.group_id is not null then group_schools.faculty
        else people_schools.faculty
    end as faculty,
    case
        when group_schools.group_id is not null then 'group'
        when people_schools.is_by_id then 'author'
        when people_schools.school is not null then 'orcid'
    end as counted_by,
    count(*) over (partition by institution_articles.institution_id, institution_articles.article_id) as school_count
from intermediate.int_institution_articles as institution_articles
left join intermediate.int_group_schools as group_schools on institution_articles.group_id = group_schools.group_id
left join people_schools
    on institution_articles.article_id = people_schools.article_id and group_schools.group_id is null
