-- One row per institution, group, year and web site that people came from.
--
-- They are Figshare's own figures of the group, not COUNTER's, and not the sum of its items': those of a group include
-- its subgroups', so choose one level before adding up. Read are the present year and the one before it; Figshare names
-- the largest sites only.
--
-- key: institution_id, group_id, usage_year, referral
-- columns:
--   group_id: Figshare's id of the group.
--   group_name: Its name; NULL when not known.
--   referral: The site as Figshare names it; `(none)` where there was no view in the year.
--   views: Views by people who came from there, up to `counted_to`.
--   observed_at: When the figure was given (UTC).

with
referrals as (
    select * from figshare.usage_referrals
    where entity_type = 'group' and counter = 'views'
)

select
    groups.institution_id,
    groups.group_id,
    groups.group_name,
    groups.level,
    cast(extract(year from referrals.first_on) as integer) as usage_year,
    referrals.referral,
    referrals.event_count as views,
    referrals.last_on as counted_to,
    referrals.observed_at
from intermediate.int_groups as groups
inner join referrals on groups.group_id = referrals.entity_id
