-- One row of reports.articles for each article that was first public from one day to another, those days included.
--
-- Articles that an institution currently lists; reports.withdrawn_articles has those that left.
--
-- parameters:
--   from_day: the first day, for instance '2025-07-01'.
--   to_day: the last day, for instance '2026-06-30'.

select *
from reports.articles
where published_on between cast(from_day as date) and cast(to_day as date)
