-- One row per article that an institution currently lists and that is loaded, and person among its authors.
--
-- A person who is listed twice (under two ids, or by mistake) is one row, at the first place. Entries without an author
-- id cannot be matched to a person and are left out.
--
-- columns:
--   article_id: The article.
--   person_id: The person: int_people.person_id.
--   position: The person's first place in the article's list of authors, from 1.
--   full_name: The name as written there; NULL when there is none.
--   orcid: The person's ORCID iD; NULL when not known.
--   published_on: Day (UTC) the article was first public.

select
    institution_authors.article_id,
    people.person_id,
    institution_authors.position,
    institution_authors.full_name,
    people.orcid,
    institution_authors.published_on
from intermediate.int_institution_authors as institution_authors
inner join intermediate.int_people as people on institution_authors.author_id = people.author_id
qualify row_number() over (
    partition by institution_authors.article_id, people.person_id
    order by institution_authors.position
) = 1
