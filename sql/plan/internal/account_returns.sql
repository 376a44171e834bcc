-- One row per account that was gone and is listed again, with the columns of `account_leavings`.
--
-- parameters:
--   refresh_id: the refresh that listed it.
--   now: when (UTC).

select
    leavings.account_id,
    leavings.left_at,
    cast($now as timestamp) as returned_at,
    cast($refresh_id as varchar) as refresh_id
from figshare_internal.account_leavings as leavings
inner join figshare_internal.accounts as accounts on leavings.account_id = accounts.account_id
where leavings.returned_at is null and accounts.refresh_id = $refresh_id
