-- One row per author entry of a loaded article that lists an affiliation, with all that it lists.
--
-- columns:
--   article_id: The article.
--   author_position: The place in the article's list of authors, from 1.
--   affiliations: Names of the affiliations in the entry's order, joined by `; `; NULL when none has a name.

select
    article_id,
    author_position,
    string_agg(staging.blank_to_null(name), '; ' order by position) as affiliations
from figshare.article_author_affiliations
group by article_id, author_position
