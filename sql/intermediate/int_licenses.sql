-- One row per licence, under one name: articles show several names for one licence (`CC BY`, `CC BY 4.0`).
--
-- The name is that of Figshare's list of licences; for a licence that the list does not hold, the name that most
-- articles show that a listing currently holds (of several as frequent, the first in the alphabet).
--
-- columns:
--   license_value: Figshare's id of the licence.
--   license: Its name; NULL when nothing names it.

with
listed_ids as (
    select distinct article_id
    from intermediate.int_listed_articles
),

articles as (
    select articles.*
    from figshare.articles as articles
    inner join listed_ids on articles.article_id = listed_ids.article_id
),

names as (
    select
        value as license_value,
        staging.blank_to_null(name) as license,
        true as is_official,
        0 as article_count
    from figshare.licenses
    union all
    select
        license_value,
        staging.blank_to_null(license_name) as license,
        false as is_official,
        count(*) as article_count
    from articles
    group by license_value, staging.blank_to_null(license_name)
)

select
    license_value,
    license
from names
where license_value is not null
qualify row_number() over (
    partition by license_value
    order by license is null asc, is_official desc, article_count desc, license asc
) = 1
