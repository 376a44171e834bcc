-- Each month the fractional figures of reports.usage_by_author_as_of add up to the institution in
-- reports.usage_by_month, whoever was listed since.
--
-- Sums of fractions are rounded in their last digits, which is no difference.
--
-- columns:
--   institution_id: The institution.
--   month: The month.
--   author_sum: Views and downloads credited in the month.
--   total: Views and downloads of the institution.

with
authors as (
    select
        institution_id,
        month,
        sum(coalesce(views_fractional, 0) + coalesce(downloads_fractional, 0)) as author_sum
    from reports.usage_by_author_as_of
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
    coalesce(authors.institution_id, institutions.institution_id) as institution_id,
    coalesce(authors.month, institutions.month) as month,
    coalesce(authors.author_sum, 0) as author_sum,
    coalesce(institutions.total, 0) as total
from authors
full join institutions on authors.institution_id = institutions.institution_id and authors.month = institutions.month
where
    abs(coalesce(authors.author_sum, 0) - coalesce(institutions.total, 0))
    > 0.000001 * (1 + coalesce(institutions.total, 0))
