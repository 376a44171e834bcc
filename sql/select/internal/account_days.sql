-- One row per day on which an account's storage was read, of the last 30, the latest first.
--
-- parameters:
--   account_id: the account.

select *
from internal.account_storage_by_day
where account_id = $account_id
order by on_date desc
limit 30
