-- One row: how many accounts this token saw that are not known to be gone.
--
-- parameters:
--   token_mark: the token.
--
-- columns:
--   account_count: how many.

with
gone as (
    select account_id
    from figshare_internal.account_leavings
    where returned_at is null
)

select count(*) as account_count
from figshare_internal.accounts as accounts
anti join gone on accounts.account_id = gone.account_id
where accounts.token_mark = $token_mark
