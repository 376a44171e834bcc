-- One row: the salt of this warehouse's marks of tokens; no row where there is none yet.
--
-- columns:
--   salt: digits before the colon of a mark.

with
marks as (
    select token_mark
    from figshare_internal.readings
    union all
    select token_mark
    from figshare_internal.rights
    union all
    select token_mark
    from figshare_internal.accounts
)

select min(split_part(token_mark, ':', 1)) as salt
from marks
where token_mark is not null
having count(*) > 0
