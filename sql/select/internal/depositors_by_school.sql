-- One row per school, or group of the accounts that are in none, with how many of its accounts deposit.
--
-- columns:
--   school: The school, else the group; NULL for accounts of which neither is known.
--   account_count: Accounts that are not gone.
--   active_count: Those of them that deposited in the year before the accounts were last read; NULL when not known.
--   never_count: Those of them that own nothing; NULL when not known.

with
people as (
    select
        *,
        coalesce(school, group_name) as place,
        max(seen_at) over () as as_of
    from internal.depositors
)

select
    place as school,
    count(*) as account_count,
    case
        when count(deposits) > 0 then count(case when last_deposited_at >= as_of - to_years(1) then 1 end)
    end as active_count,
    case when count(deposits) > 0 then count(case when deposits = 'never' then 1 end) end as never_count
from people
group by place
order by account_count desc, place asc nulls last
