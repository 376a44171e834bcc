-- One row per account that was found though the list does not show it, with the columns of `accounts`.
--
-- `fetched` are the accounts, in the column `account_id`.
--
-- parameters:
--   now: when (UTC).

select accounts.* replace (cast($now as timestamp) as missed_at)
from figshare_internal.accounts as accounts
where accounts.account_id in (select fetched.account_id from fetched)
