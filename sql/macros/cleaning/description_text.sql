-- A description without HTML, in single spaces; NULL where nothing is left.
--
-- parameters:
--   html: the description.

select
    staging.blank_to_null(
        regexp_replace(
            regexp_replace(html, '<[^>]*>|&[#0-9A-Za-z]+;', ' ', 'g'), '[\s\x{a0}]{2,}', ' ', 'g'
        )
    )
