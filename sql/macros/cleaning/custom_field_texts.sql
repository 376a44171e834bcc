-- The values of a custom metadata field, without blank ones. Figshare gives the value of one field
-- as a text in one record and as a list in the next.
--
-- parameters:
--   value: the value as Figshare gives it; no values where it is NULL.

select
    staging.json_texts(
        case when json_valid(value) then cast(value as json) else to_json(value) end
    )
