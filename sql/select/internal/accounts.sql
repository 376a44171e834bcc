-- One row per account that is meant, with who it is, what it deposited and what it stores.
--
-- parameters:
--   account_id: the account; NULL for any.
--   orcid: its ORCID iD; NULL for any.
--   name: its e-mail address, or a part of the name; NULL for any.
--
-- columns:
--   quota_bytes: Storage that it may use, in bytes; NULL when not known.
--   growth_bytes_per_day: Bytes that it grew by each day, in the last 90 days; NULL when not known.
--   full_on: Day (UTC) it is full at that pace; NULL when that is not foreseen.

with
meant as (
    select *
    from internal.depositors
    where
        ($account_id is null or account_id = $account_id)
        and ($orcid is null or orcid = $orcid)
        and (
            $name is null
            or lower(email) = lower($name)
            or contains(strip_accents(lower(account_name)), strip_accents(lower($name)))
        )
)

select
    meant.*,
    account_storage.quota_bytes,
    account_storage.growth_bytes_per_day,
    account_storage.full_on
from meant
left join internal.account_storage as account_storage on meant.account_id = account_storage.account_id
order by meant.account_name asc nulls last, meant.account_id asc
