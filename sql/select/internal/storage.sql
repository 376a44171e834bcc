-- One row per account whose storage runs out, or is nearest to it, as in internal.account_storage; 100 at most.

select *
from internal.account_storage
where quota_bytes is not null
order by coalesce(is_full, false) desc, full_on asc nulls last, used_ratio desc nulls last, account_id asc
limit 100
