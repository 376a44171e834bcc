-- The name of an item type: as the article gives it, else as Figshare's list of item types does.
--
-- parameters:
--   given_name: the name that the article gives.
--   listed_name: the name in the list.

select coalesce(staging.blank_to_null(given_name), lower(listed_name))
