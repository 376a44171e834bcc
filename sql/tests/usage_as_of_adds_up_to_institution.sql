-- Each month the groups of reports.usage_by_group_as_of add up to the institution in reports.usage_by_month, whoever
-- moved since.
--
-- columns:
--   institution_id: The institution.
--   month: The month.
--   group_sum: Views and downloads of its groups in the month; NULL where there is no group.
--   total: Views and downloads of the institution; NULL where it has no row.

with
groups as (
    select
        institution_id,
        month,
        sum(coalesce(views, 0) + coalesce(downloads, 0)) as group_sum
    from reports.usage_by_group_as_of
    group by institution_id, month
),

institutions as (
    select
        institution_id,
        month,
        coalesce(views_full, 0) + coalesce(downloads_full, 0) as total
    from reports.usage_by_month
    where entity_type = 'institution'
)

select
    coalesce(groups.institution_id, institutions.institution_id) as institution_id,
    coalesce(groups.month, institutions.month) as month,
    cast(groups.group_sum as bigint) as group_sum,
    institutions.total
from groups
full join institutions on groups.institution_id = institutions.institution_id and groups.month = institutions.month
where groups.group_sum is distinct from institutions.total
