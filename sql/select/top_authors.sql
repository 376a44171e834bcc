-- One row per person, as in reports.authors, the one with the most articles first.
--
-- parameters:
--   most: so many at most.

select *
from reports.authors
order by article_count desc, last_published_on desc nulls last, author_id asc
limit $most
