-- One row per institution, thing (article, author, group or the institution itself), month and country that its usage
-- came from.
--
-- Figshare's own counts, not COUNTER's. For an article and a group they are Figshare's figures of that item, a group's
-- include its subgroups'; for the institution the sum of its top groups whose countries in that month are known; for an
-- author the sum of the articles whose countries are known, each counted whole. Countries of articles are only read
-- when asked for (`--usage countries`). They need not add up to the sums of articles in reports.usage_by_month: see
-- reports.usage_reconciliation.
--
-- key: institution_id, entity_type, entity_id, month, country_code, country
-- columns:
--   entity_id: The article, the person (reports.authors.author_id), the group or the institution.
--   views: Views; NULL when views by country are not known for the month.
--   downloads: Downloads; NULL when not known.
--   shares: Shares; NULL when not known.

with
countries as (select * from intermediate.int_usage_by_country),
groups as (select * from intermediate.int_groups),

top_group_sums as (
    select
        groups.institution_id,
        countries.month,
        countries.country_code,
        countries.country,
        cast(sum(countries.views) as bigint) as views,
        cast(sum(countries.downloads) as bigint) as downloads,
        cast(sum(countries.shares) as bigint) as shares,
        min(countries.observed_at) as observed_at
    from groups
    inner join countries on groups.group_id = countries.entity_id
    where groups.level = 1 and countries.entity_type = 'group'
    group by groups.institution_id, countries.month, countries.country_code, countries.country
)

select
    institution_articles.institution_id,
    'article' as entity_type,
    articles.article_id as entity_id,
    articles.title as entity_name,
    countries.month,
    countries.country_code,
    countries.country,
    countries.views,
    countries.downloads,
    countries.shares,
    countries.observed_at
from intermediate.int_institution_articles as institution_articles
inner join intermediate.int_articles as articles on institution_articles.article_id = articles.article_id
inner join countries on institution_articles.article_id = countries.entity_id
where countries.entity_type = 'article'
union all
select
    institution_id,
    'author' as entity_type,
    author_id as entity_id,
    full_name as entity_name,
    month,
    country_code,
    country,
    views_full as views,
    downloads_full as downloads,
    shares_full as shares,
    observed_at
from reports.author_usage_by_country
union all
select
    groups.institution_id,
    'group' as entity_type,
    groups.group_id as entity_id,
    groups.group_name as entity_name,
    countries.month,
    countries.country_code,
    countries.country,
    countries.views,
    countries.downloads,
    countries.shares,
    countries.observed_at
from groups
inner join countries on groups.group_id = countries.entity_id
where countries.entity_type = 'group'
union all
select
    top_group_sums.institution_id,
    'institution' as entity_type,
    top_group_sums.institution_id as entity_id,
    institutions.institution_name as entity_name,
    top_group_sums.month,
    top_group_sums.country_code,
    top_group_sums.country,
    top_group_sums.views,
    top_group_sums.downloads,
    top_group_sums.shares,
    top_group_sums.observed_at
from top_group_sums
left join intermediate.int_institutions as institutions on top_group_sums.institution_id = institutions.institution_id
