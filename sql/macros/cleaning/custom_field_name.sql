-- The name of a custom metadata field in one line; `(no name)` where it has none.
--
-- parameters:
--   name: the name as Figshare gives it.

select
    coalesce(
        staging.blank_to_null(regexp_replace(name, '[\s\p{Z}\p{C}]+', ' ', 'g')), '(no name)'
    )
