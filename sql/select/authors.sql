-- One row per person who is meant, as in reports.authors, the one with the most articles first.
--
-- Of those whose name holds what is wanted only those who are written just so, where there are any.
--
-- parameters:
--   orcid: an ORCID iD; NULL where something else is wanted.
--   author_id: a Figshare author id, as text; likewise.
--   name: a name, in whole or in part; likewise.

with
found as (
    select
        *,
        $name is null
        or list_contains(
            string_split(lower(strip_accents(name_variants)), '; '), lower(strip_accents(cast($name as varchar)))
        ) as is_exact
    from reports.authors
    where
        orcid = $orcid
        or list_contains(string_split(author_ids, ', '), cast($author_id as varchar))
        or contains(lower(strip_accents(name_variants)), lower(strip_accents(cast($name as varchar))))
)

select * exclude (is_exact)
from found
qualify is_exact or not bool_or(is_exact) over ()
order by article_count desc, author_id asc
