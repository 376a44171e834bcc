-- The title of a subject category: as the article gives it, else as Figshare's list does.
--
-- parameters:
--   given_title: the title that the article gives.
--   listed_title: the title in the list.

select coalesce(staging.blank_to_null(given_title), staging.blank_to_null(listed_title))
