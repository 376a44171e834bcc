-- One row per account that was just found gone, with the columns of `accounts`, without names and ids of people.
--
-- `fetched` are the accounts, in the column `account_id`.

with
gone as (
    select accounts.*
    from figshare_internal.accounts
    semi join fetched on accounts.account_id = fetched.account_id
)

select
    * replace (
        null as author_id,
        null as first_name,
        null as last_name,
        null as email,
        null as institution_user_id,
        null as orcid_id,
        null as symplectic_user_id,
        null as listed_mark
    )
from gone
