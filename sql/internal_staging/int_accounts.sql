-- One row per account that was ever seen and is not forgotten, with what its detail and its group say.
--
-- columns:
--   account_id: Figshare's id of the account.
--   author_id: Figshare's id of the person as an author; NULL when not known, or the account is gone.
--   account_name: Name of the person; NULL when not known, or the account is gone.
--   email: E-mail address; NULL when not known, or the account is gone.
--   orcid: ORCID iD as 0000-0000-0000-000X; NULL when none is given, it is not valid, or the account is gone.
--   institution_id: The institution.
--   institution_user_id: The institution's id of the person; NULL when none, or the account is gone.
--   is_active: Whether it can be used.
--   left_at: When it was found gone (UTC); NULL while it is not.
--   group_id: The group it belongs to; NULL when its detail was not read.
--   group_name: Name of that group; NULL when not known.
--   school: School of the user's list that the group belongs to; NULL when none.
--   created_at: When it was made (UTC); NULL when its detail was not read.
--   quota_bytes: Storage that it may use, in bytes.
--   used_bytes: Storage that it uses, in bytes.
--   used_public_bytes: Storage that its public items use, in bytes; NULL when its detail was not read.
--   used_private_bytes: Storage that its other items use, in bytes; NULL when its detail was not read.
--   has_quota_request: Whether a request for more storage waits; NULL when its detail was not read.
--   seen_at: When it was last seen (UTC).

with
leavings as (
    select
        account_id,
        max(left_at) as left_at
    from figshare_internal.account_leavings
    where returned_at is null
    group by account_id
)

select
    accounts.account_id,
    accounts.author_id,
    staging.person_name(null, accounts.first_name, accounts.last_name) as account_name,
    staging.one_line(staging.blank_to_null(accounts.email)) as email,
    staging.orcid(accounts.orcid_id) as orcid,
    accounts.institution_id,
    staging.one_line(staging.blank_to_null(accounts.institution_user_id)) as institution_user_id,
    accounts.is_active,
    leavings.left_at,
    details.group_id,
    groups.group_name,
    groups.school,
    details.created_date as created_at,
    accounts.quota as quota_bytes,
    accounts.used_quota as used_bytes,
    details.used_quota_public as used_public_bytes,
    details.used_quota_private as used_private_bytes,
    details.pending_quota_request as has_quota_request,
    accounts.seen_at
from figshare_internal.accounts as accounts
left join leavings on accounts.account_id = leavings.account_id
left join figshare_internal.account_details as details on accounts.account_id = details.account_id
left join internal_staging.int_groups as groups on details.group_id = groups.group_id
