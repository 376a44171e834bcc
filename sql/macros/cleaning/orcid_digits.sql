-- The sixteen characters of the ORCID iD in a text; sixteen zeros, which are no iD, where there is
-- none: list functions fail on NULL.
--
-- parameters:
--   value: the text.

select
    coalesce(
        nullif(
            upper(
                regexp_replace(
                    regexp_extract(
                        value,
                        '(?:^|[^0-9])((?:[0-9]{4}[- ]?){3}[0-9]{3}[0-9xX])(?:[^0-9]|$)',
                        1
                    ),
                    '[- ]',
                    '',
                    'g'
                )
            ),
            ''
        ),
        '0000000000000000'
    )
