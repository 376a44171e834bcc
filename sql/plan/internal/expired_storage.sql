-- One row per account and day of storage before a time.
--
-- parameters:
--   before: the time (UTC).
--
-- columns:
--   account_id: the account.
--   on_date: the day.

select
    account_id,
    on_date
from figshare_internal.account_storage
where on_date < cast($before as date)
