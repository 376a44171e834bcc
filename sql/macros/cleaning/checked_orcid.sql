-- Sixteen characters as an ORCID iD with hyphens; NULL where the last is not the right check
-- character (ISO 7064 MOD 11-2, which ORCID uses).
--
-- Each step of the check adds a digit and doubles: of fifteen digits the first weighs 2^15, the
-- last 2.
--
-- parameters:
--   digits: the characters.

select
    case
        when
            substr(digits, 16, 1) = substr(
                '0123456789X',
                cast(
                    (
                        12 - cast(
                            list_dot_product(
                                cast(string_split(substr(digits, 1, 15), '') as double[15]),
                                cast(
                                    [
                                        32768, 16384, 8192, 4096, 2048, 1024, 512, 256,
                                        128, 64, 32, 16, 8, 4, 2
                                    ] as double[15]
                                )
                            ) as bigint
                        ) % 11
                    ) % 11 as integer
                ) + 1,
                1
            )
            then
                substr(digits, 1, 4) || '-' || substr(digits, 5, 4) || '-'
                || substr(digits, 9, 4) || '-' || substr(digits, 13, 4)
    end
