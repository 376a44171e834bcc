-- One row per account that is not gone: how much it stores, and the day it is full at the pace of the last 90 days.
--
-- The pace is that of the straight line that fits the figures best; it needs figures that span a week or more. For
-- finding accounts that need a larger quota before their owners do.
--
-- key: account_id
-- columns:
--   account_id: Figshare's id of the account.
--   account_name: Name of the person; NULL when not known.
--   email: E-mail address; NULL when not known.
--   group_name: Name of the group that the account belongs to; NULL when not known.
--   school: School of the user's list that the group belongs to; NULL when none.
--   used_bytes: Storage that it uses, in bytes, as last read.
--   used_public_bytes: Storage that its public items use, in bytes; NULL when its detail was not read.
--   used_private_bytes: Storage that its other items use, in bytes; NULL when its detail was not read.
--   quota_bytes: Storage that it may use, in bytes; NULL when not known.
--   used_ratio: Share of the quota that is used, 0 to 1 and above; NULL when the quota is not known or 0.
--   has_quota_request: Whether a request for more storage waits; NULL when its detail was not read.
--   first_measured_on: First day (UTC) of which its storage is known.
--   last_measured_on: Last day (UTC) of which it is.
--   measured_day_count: Days of which it is.
--   growth_bytes_per_day: Bytes that it grew by each day, in the last 90 days; NULL when the figures span less than a
--     week.
--   is_full: Whether all of the quota is used; NULL when the quota is not known.
--   full_on: Day (UTC) it is full at that pace; NULL when it is full already, does not grow, the pace is not known, or
--     that is more than a hundred years away.

with
trends as (
    select
        *,
        ceil((cast(quota_bytes as double) - used_bytes) / nullif(growth_bytes_per_day, 0)) as days_left
    from internal_staging.int_account_trends
)

select
    accounts.account_id,
    accounts.account_name,
    accounts.email,
    accounts.group_name,
    accounts.school,
    trends.used_bytes,
    accounts.used_public_bytes,
    accounts.used_private_bytes,
    trends.quota_bytes,
    cast(trends.used_bytes as double) / nullif(trends.quota_bytes, 0) as used_ratio,
    accounts.has_quota_request,
    trends.first_measured_on,
    trends.last_measured_on,
    trends.measured_day_count,
    trends.growth_bytes_per_day,
    trends.used_bytes >= trends.quota_bytes as is_full,
    case
        when
            trends.used_bytes < trends.quota_bytes
            and trends.growth_bytes_per_day > 0
            and trends.days_left <= 36525
            then trends.last_measured_on + cast(trends.days_left as integer)
    end as full_on
from internal_staging.int_accounts as accounts
inner join trends on accounts.account_id = trends.account_id
where accounts.left_at is null
