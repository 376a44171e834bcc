-- One row per person whose name comes near what is wanted, as in reports.authors, the nearest first.
--
-- parameters:
--   wanted: a name.

select *
from reports.authors
where jaro_winkler_similarity(lower(strip_accents(full_name)), lower(strip_accents($wanted))) > 0.75
order by jaro_winkler_similarity(lower(strip_accents(full_name)), lower(strip_accents($wanted))) desc, author_id
limit 3
