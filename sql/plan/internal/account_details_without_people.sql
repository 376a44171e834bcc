-- One row per account that was just found gone, with the columns of `account_details`, without what was made of names.
--
-- `fetched` are the accounts, in the column `account_id`.

with
gone as (
    select account_details.*
    from figshare_internal.account_details
    semi join fetched on account_details.account_id = fetched.account_id
)

select * replace (null as listed_mark)
from gone
