-- One row per role that an account has in a group, as in internal.roles.
--
-- parameters:
--   account_id: the account.

select *
from internal.roles
where account_id = $account_id
order by group_name asc nulls last, group_id asc, role_name asc
