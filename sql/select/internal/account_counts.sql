-- One row: accounts, what they never did, and what they wait for.
--
-- columns:
--   account_count: Accounts that are not gone.
--   never_deposited_count: Those of them that own nothing; NULL when whose articles are is not known.
--   draft_count: Articles that were never published.
--   full_count: Accounts whose storage is used up.
--   quota_request_count: Accounts whose request for more storage waits.

with
people as (
    select
        count(*) as account_count,
        case
            when count(deposits) > 0 then count(case when deposits = 'never' then 1 end)
        end as never_deposited_count
    from internal.depositors
),

drafts as (
    select count(*) as draft_count
    from internal.drafts
    where state = 'draft'
),

storage as (
    select
        count(case when is_full then 1 end) as full_count,
        count(case when has_quota_request then 1 end) as quota_request_count
    from internal.account_storage
)

select
    people.account_count,
    people.never_deposited_count,
    drafts.draft_count,
    storage.full_count,
    storage.quota_request_count
from people
cross join drafts
cross join storage
