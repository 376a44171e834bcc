-- One row per person with articles of an institution, as in reports.authors, the one with the most first.
--
-- parameters:
--   institution_id: the institution.
--   least: who has at least so many articles.

select *
from reports.authors
where
    article_count >= $least
    and author_id in (
        select theirs.author_id from reports.author_articles as theirs
        where theirs.institution_id = $institution_id
    )
order by article_count desc, last_published_on desc nulls last, author_id asc
