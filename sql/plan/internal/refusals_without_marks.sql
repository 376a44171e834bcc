-- One row per refusal of an account that was just found gone, with the columns of `refusals`, without what was made of
-- names.
--
-- `fetched` are the accounts, in the column `account_id`.

with
gone as (
    select refusals.*
    from figshare_internal.refusals
    semi join fetched on refusals.record_id = fetched.account_id
    where refusals.part in ('account details', 'account roles', 'missing accounts')
)

select * replace (null as listed_mark)
from gone
