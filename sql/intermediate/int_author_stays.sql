-- One row per article whose authors changed, earlier list of them, and person in it, with the part of the article that
-- was the person's by fractional counting.
--
-- A change counts from when it was found. A month belongs to the list at its end, so to none that began and ended in
-- it. Months of the list that the article has now are those that no row here covers. People are those of int_people,
-- also where an article showed an id of theirs that no article shows now, if it gave their ORCID iD; else an id is a
-- person. Entries without an author id cannot be matched to a person.
--
-- columns:
--   article_id: The article.
--   read_at: Which list: when it was read (UTC).
--   first_month: First day of the first month in which the list held; NULL where its beginning is not known.
--   next_month: First day of the first month after it.
--   person_id: The person: int_people.person_id; NULL where none in the list is known.
--   full_name: The name in the list; NULL where it showed none.
--   orcid: The ORCID iD there; NULL when none was given or it is not valid.
--   fraction: 1/n, where n people are in the list; 1 where none is.

with
author_lists as (
    select
        article_id,
        read_at,
        position,
        author_id,
        full_name,
        staging.orcid(orcid_id) as orcid
    from figshare.author_lists
),

lists as (
    select
        article_id,
        read_at,
        case
            when lag(read_at) over (partition by article_id order by read_at) is not null
                then cast(date_trunc('month', read_at) as date)
        end as first_month,
        cast(date_trunc('month', lead(read_at) over (partition by article_id order by read_at)) as date) as next_month
    from author_lists
    group by article_id, read_at
),

orcid_people as (
    select
        orcid,
        min(person_id) as person_id
    from intermediate.int_people
    where orcid is not null
    group by orcid
),

listed_people as (
    select
        author_lists.article_id,
        author_lists.read_at,
        author_lists.full_name,
        author_lists.orcid,
        coalesce(people.person_id, orcid_people.person_id, author_lists.author_id) as person_id
    from author_lists
    left join intermediate.int_people as people on author_lists.author_id = people.author_id
    left join orcid_people on author_lists.orcid = orcid_people.orcid
    where author_lists.author_id is not null
    qualify row_number() over (
        partition by
            author_lists.article_id,
            author_lists.read_at,
            coalesce(people.person_id, orcid_people.person_id, author_lists.author_id)
        order by author_lists.position
    ) = 1
)

select
    lists.article_id,
    lists.read_at,
    lists.first_month,
    lists.next_month,
    listed_people.person_id,
    listed_people.full_name,
    listed_people.orcid,
    cast(1 as double) / count(*) over (partition by lists.article_id, lists.read_at) as fraction
from lists
left join listed_people on lists.article_id = listed_people.article_id and lists.read_at = listed_people.read_at
where lists.next_month is not null and (lists.first_month is null or lists.first_month < lists.next_month)
