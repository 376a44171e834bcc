-- One row per institution, article that it currently lists and school of the user's list that the article counts for;
-- an article that counts for none has one row with `school` NULL.
--
-- Counted as in reports.schools: an article counts for the school of its group; where that has none, or it is in no
-- group, for the school of each of its authors that the list names. For everything that is asked of a school: join by
-- `article_id`.
--
-- key: institution_id, article_id, school, faculty
-- columns:
--   school: The school, as the list writes it; NULL when the article counts for none.
--   counted_by: Why it counts: `group` (its group is of the school), `author` (the list names one of its authors by
--     author id) or `orcid` (only by ORCID iD); NULL where it counts for none.
--   school_count: Schools that the article counts for; 1 where it counts for none.

select
    institution_id,
    article_id,
    school,
    faculty,
    counted_by,
    school_count
from intermediate.int_article_schools
