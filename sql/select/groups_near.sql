-- One row per group whose name comes near what is wanted, as in reports.groups, the nearest first.
--
-- parameters:
--   wanted: a name.

select *
from reports.groups
where jaro_winkler_similarity(lower(group_name), lower($wanted)) > 0.6
order by jaro_winkler_similarity(lower(group_name), lower($wanted)) desc, group_id
limit 3
