-- One row per article of int_articles that has a licence, with the licence's name as the reports call it.
--
-- Records show several names for one licence. A name that reports.articles has is taken as it is. For another one, that
-- is taken which most public articles with this licence have there whose working copy is of the public version.
--
-- columns:
--   article_id: Figshare's id of the article.
--   license: The name.

with
names as (
    select distinct license
    from reports.articles
    where license is not null
),

called as (
    select
        working.license_value,
        articles.license
    from figshare_internal.articles as working
    inner join reports.articles as articles
        on working.article_id = articles.article_id and working.version = articles.version
    where working.license_value is not null and articles.license is not null
    group by working.license_value, articles.license
    qualify row_number() over (partition by working.license_value order by count(*) desc, articles.license asc) = 1
)

select
    working.article_id,
    coalesce(names.license, called.license, articles.license) as license
from figshare_internal.articles as working
inner join internal_staging.int_articles as articles on working.article_id = articles.article_id
left join names on articles.license = names.license
left join called on working.license_value = called.license_value
where articles.license is not null
