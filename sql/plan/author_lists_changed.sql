-- One row per author in the lists to be kept of articles whose authors changed: the new list and, with an article's
-- first change, the old one.
--
-- `fetched_changes` are the changes that were found (article_changes), and `fetched_old_authors` and
-- `fetched_new_authors` the authors of the articles as the warehouse holds them and as they were read.
--
-- columns:
--   article_id: the article.
--   read_at: when the list was read (UTC).
--   position: the place in the list, from 1; 0 where the list is empty.
--   author_id: Figshare's id of the author; NULL where it gave none.
--   full_name: the name as the article shows it; NULL where it shows none.
--   orcid_id: the ORCID iD as given.
--   refresh_id: the refresh that found the change.

with
changes as (
    select
        article_id,
        changed_at,
        old_read_at,
        refresh_id
    from fetched_changes
    where field = 'authors'
),

lists as (
    select
        article_id,
        old_read_at as read_at,
        false as is_new,
        refresh_id
    from changes
    where article_id not in (select kept.article_id from figshare.author_lists as kept)
    union all
    select
        article_id,
        changed_at as read_at,
        true as is_new,
        refresh_id
    from changes
),

authors as (
    select
        false as is_new,
        article_id,
        position,
        nullif(author_id, 0) as author_id,
        staging.person_name(full_name, first_name, last_name) as full_name,
        orcid_id
    from fetched_old_authors
    union all
    select
        true as is_new,
        article_id,
        position,
        nullif(author_id, 0) as author_id,
        staging.person_name(full_name, first_name, last_name) as full_name,
        orcid_id
    from fetched_new_authors
)

select
    lists.article_id,
    lists.read_at,
    coalesce(authors.position, 0) as position,
    authors.author_id,
    authors.full_name,
    authors.orcid_id,
    lists.refresh_id
from lists
left join authors on lists.article_id = authors.article_id and lists.is_new = authors.is_new
