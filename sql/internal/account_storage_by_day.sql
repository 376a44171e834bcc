-- One row per account and day on which its storage was read: the last figures of that day.
--
-- Days on which no refresh read the accounts have no row. An account that is gone keeps its rows, without a name. For
-- drawing storage over time, by account, group or school.
--
-- key: account_id, on_date
-- columns:
--   account_id: Figshare's id of the account.
--   on_date: The day (UTC).
--   account_name: Name of the person; NULL when not known, or the account is gone.
--   group_name: Name of the group that the account belongs to now; NULL when not known.
--   school: School of the user's list that the group belongs to; NULL when none.
--   used_bytes: Storage that it used, in bytes; NULL when not known.
--   quota_bytes: Storage that it could use, in bytes; NULL when not known.

select
    measured.account_id,
    measured.on_date,
    accounts.account_name,
    accounts.group_name,
    accounts.school,
    measured.used_quota as used_bytes,
    measured.quota as quota_bytes
from figshare_internal.account_storage as measured
left join internal_staging.int_accounts as accounts on measured.account_id = accounts.account_id
