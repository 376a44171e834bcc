-- A person's name in one line; NULL where none is given.
--
-- parameters:
--   full_name: the name as it is shown.
--   first_name: the part that stands in where that is blank.
--   last_name: the other part.

select
    staging.one_line(
        coalesce(staging.blank_to_null(full_name), concat_ws(' ', first_name, last_name))
    )
