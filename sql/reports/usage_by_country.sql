-- One row per institution, thing (article, author, group or the institution itself), month and
-- country that its usage came from.
--
-- Figshare's own counts, not COUNTER's. For an article and a group they are Figshare's figures of
-- that item; for the institution those of its top groups; for an author the sum of the articles
-- whose countries are known, each counted whole. Countries of articles are only read when asked for
-- (`--usage countries`). They need not add up to the sums of articles in reports.usage_by_month:
-- see reports.usage_reconciliation.
--
-- columns:
--   institution_id: Figshare's id of the institution.
--   item_type: article, author (a person as in reports.authors), group or institution.
--   item_id: The article, the person (reports.authors.author_id), the group or the institution.
--   item_name: Title or name; NULL when not known.
--   month: First day of the month (UTC).
--   country_code: ISO 3166-1 alpha-2 code; NULL when the name has none.
--   country: Country as Figshare names it; `Unknown` where Figshare does not know, `(other)` for
--     all that it does not name.
--   views: Views; NULL when views by country are not known for the month.
--   downloads: Downloads; NULL when not known.
--   shares: Shares; NULL when not known.
--   observed_at: When the figures were given, the earliest of them (UTC).

with

countries as (

    select * from staging.stg_usage_by_country

),

institution_articles as (

    select * from staging.stg_institution_articles

),

institutions as (

    select * from staging.stg_institutions

),

articles as (

    select * from staging.stg_articles

),

article_people as (

    select * from staging.stg_article_people

),

person_names as (

    select * from staging.stg_person_names

),

groups as (

    select * from staging.stg_groups

),

things as (

    select
        institution_articles.institution_id,
        'article' as item_type,
        articles.article_id as item_id,
        articles.title as item_name,
        'article' as part_type,
        articles.article_id as part_id

    from institution_articles
    inner join articles on institution_articles.article_id = articles.article_id

    union all

    select
        institution_articles.institution_id,
        'author' as item_type,
        article_people.person_id as item_id,
        person_names.full_name as item_name,
        'article' as part_type,
        article_people.article_id as part_id

    from institution_articles
    inner join article_people on institution_articles.article_id = article_people.article_id
    left join person_names on article_people.person_id = person_names.person_id

    union all

    select
        institution_id,
        'group' as item_type,
        group_id as item_id,
        group_name as item_name,
        'group' as part_type,
        group_id as part_id

    from groups

    union all

    select
        groups.institution_id,
        'institution' as item_type,
        groups.institution_id as item_id,
        institutions.institution_name as item_name,
        'group' as part_type,
        groups.group_id as part_id

    from groups
    left join institutions on groups.institution_id = institutions.institution_id
    where groups.level = 1

),

sums as (

    select
        things.institution_id,
        things.item_type,
        things.item_id,
        things.item_name,
        countries.month,
        countries.country_code,
        countries.country,
        cast(sum(countries.views) as bigint) as views,
        cast(sum(countries.downloads) as bigint) as downloads,
        cast(sum(countries.shares) as bigint) as shares,
        min(countries.observed_at) as observed_at

    from things
    inner join countries
        on
            things.part_type = countries.item_type
            and things.part_id = countries.item_id
    group by
        things.institution_id,
        things.item_type,
        things.item_id,
        things.item_name,
        countries.month,
        countries.country_code,
        countries.country

)

select * from sums
