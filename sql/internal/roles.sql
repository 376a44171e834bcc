-- One row per account, group and role that the account has there, as last read.
--
-- Roles are read for accounts that can be used, each once a month at most: Figshare answers for one account at a time.
-- For seeing who administers and reviews what, and who still can and should not.
--
-- key: account_id, group_id, role_id
-- columns:
--   account_id: Figshare's id of the account.
--   account_name: Name of the person; NULL when not known.
--   email: E-mail address; NULL when not known.
--   is_active: Whether the account can be used.
--   group_id: The group that the role is in.
--   group_name: Name of that group; NULL when not known.
--   role_id: Figshare's id of the role.
--   role_name: Name of the role.
--   category: What it is a role in, for instance group.
--   description: What it allows, in Figshare's words; NULL when the institution's list does not have it.
--   read_at: When the account's roles were read (UTC).

select
    account_roles.account_id,
    accounts.account_name,
    accounts.email,
    accounts.is_active,
    account_roles.group_id,
    groups.group_name,
    account_roles.role_id,
    staging.one_line(account_roles.name) as role_name,
    staging.one_line(account_roles.category) as category,
    staging.one_line(roles.description) as description,
    readings.read_at
from figshare_internal.account_roles as account_roles
left join internal_staging.int_accounts as accounts on account_roles.account_id = accounts.account_id
left join internal_staging.int_groups as groups on account_roles.group_id = groups.group_id
left join figshare_internal.roles as roles on account_roles.role_id = roles.role_id
left join figshare_internal.account_role_readings as readings on account_roles.account_id = readings.account_id
