-- One row per Figshare author id on an article that an institution currently lists and that is loaded, with the person
-- it belongs to.
--
-- Figshare gives one person several ids. Ids with the same ORCID iD are one person; nobody is joined by name. An id
-- with several ORCID iDs counts with the one on its latest article that gives one.
--
-- columns:
--   author_id: Figshare's id of the author.
--   person_id: The smallest of the person's author ids, which stands for the person.
--   orcid: The person's ORCID iD; NULL when not known.

with
institution_authors as (select * from intermediate.int_institution_authors),

author_ids as (
    select distinct author_id
    from institution_authors
),

latest_orcids as (
    select
        author_id,
        orcid
    from institution_authors
    where orcid is not null
    qualify row_number() over (
        partition by author_id
        order by published_on desc nulls last, article_id desc, position asc
    ) = 1
)

select
    author_ids.author_id,
    min(author_ids.author_id) over (
        partition by
            latest_orcids.orcid,
            case when latest_orcids.orcid is null then author_ids.author_id end
    ) as person_id,
    latest_orcids.orcid
from author_ids
left join latest_orcids on author_ids.author_id = latest_orcids.author_id
