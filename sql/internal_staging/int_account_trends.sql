-- One row per account whose storage was ever read: how much it used last, and how that has grown.
--
-- The pace is the slope of the straight line that fits the figures of the last 90 days best (least squares), where they
-- span a week or more.
--
-- columns:
--   account_id: The account.
--   used_bytes: Storage that it used last, in bytes.
--   quota_bytes: Storage that it could use then, in bytes.
--   first_measured_on: First day (UTC) of which its storage is known.
--   last_measured_on: Last day (UTC) of which it is.
--   measured_day_count: Days of which it is.
--   growth_bytes_per_day: Bytes that it grew by each day; NULL when the figures span less than a week.

with
days as (
    select
        account_id,
        on_date,
        used_quota as used_bytes,
        quota as quota_bytes
    from figshare_internal.account_storage
),

lasts as (
    select
        account_id,
        max_by(used_bytes, on_date) as used_bytes,
        max_by(quota_bytes, on_date) as quota_bytes,
        min(on_date) as first_measured_on,
        max(on_date) as last_measured_on,
        count(*) as measured_day_count
    from days
    where used_bytes is not null
    group by account_id
),

trends as (
    select
        days.account_id,
        case
            when max(days.on_date) - min(days.on_date) >= 7
                then
                    regr_slope(
                        cast(days.used_bytes as double), date_diff('day', lasts.first_measured_on, days.on_date)
                    )
        end as growth_bytes_per_day
    from days
    inner join lasts on days.account_id = lasts.account_id
    where days.used_bytes is not null and days.on_date > lasts.last_measured_on - 90
    group by days.account_id
)

select
    lasts.account_id,
    lasts.used_bytes,
    lasts.quota_bytes,
    lasts.first_measured_on,
    lasts.last_measured_on,
    lasts.measured_day_count,
    trends.growth_bytes_per_day
from lasts
left join trends on lasts.account_id = trends.account_id
