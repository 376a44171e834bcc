-- What tells grants apart: the id of a linked one, else title and code, but for capitals.
--
-- parameters:
--   kind: `linked` or `written`.
--   funding_id: Figshare's id of the grant.
--   title: its title.
--   code: its code.

select
    case
        when kind = 'linked' and nullif(funding_id, 0) is not null
            then 'linked ' || cast(funding_id as varchar)
        else
            kind || ' ' || lower(coalesce(staging.blank_to_null(title), ''))
            || coalesce(' (' || lower(staging.blank_to_null(code)) || ')', '')
    end
