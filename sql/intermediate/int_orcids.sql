-- One row per ORCID iD as Figshare gives it, with the bare iD it stands for.
--
-- The iD is found in any form (address, with or without hyphens, lower-case x) and kept only when its last character is
-- the right check character (ISO 7064 MOD 11-2, which ORCID uses): a mistyped iD must not join two people.
--
-- columns:
--   orcid_id: The text as given.
--   orcid: The iD as 0000-0000-0000-000X; NULL when the text holds none that is valid.

with
given as (
    select distinct orcid_id
    from figshare.article_authors
    where orcid_id <> ''
),

found as (
    select
        orcid_id,
        -- Where there is no iD, sixteen zeros take its place, which the check refuses: list functions fail on NULL.
        coalesce(
            nullif(
                upper(
                    regexp_replace(
                        regexp_extract(orcid_id, '(?:^|[^0-9])((?:[0-9]{4}[- ]?){3}[0-9]{3}[0-9xX])(?:[^0-9]|$)', 1),
                        '[- ]',
                        '',
                        'g'
                    )
                ),
                ''
            ),
            '0000000000000000'
        ) as digits
    from given
),

summed as (
    select
        orcid_id,
        digits,
        -- Each step of the check adds a digit and doubles: of fifteen digits the first weighs 2^15,
        -- the last 2.
        cast(
            list_dot_product(
                cast(string_split(substr(digits, 1, 15), '') as double[15]),
                cast([32768, 16384, 8192, 4096, 2048, 1024, 512, 256, 128, 64, 32, 16, 8, 4, 2] as double[15])
            ) as bigint
        ) as weighted_sum
    from found
)

select
    orcid_id,
    case
        when
            substr(digits, 16, 1) = substr('0123456789X', cast((12 - weighted_sum % 11) % 11 as integer) + 1, 1)
            then
                substr(digits, 1, 4) || '-' || substr(digits, 5, 4) || '-'
                || substr(digits, 9, 4) || '-' || substr(digits, 13, 4)
    end as orcid
from summed
