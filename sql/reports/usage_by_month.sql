-- One row per institution, thing (article, author, group or the institution itself) and month with
-- any usage known.
--
-- Figshare's own counts, not COUNTER's. All are sums of the articles that the institution currently
-- lists, by two rules. Full counting: each author and group gets the whole of an article, a group
-- also of those below it. Fractional counting: each of the n authors of an article gets 1/n, and
-- only the group that it lies in itself gets it; so the sum over all authors (of articles with
-- known authors) or groups, each month, is the institution's. Articles in no group are the group
-- with `item_id` NULL. A month without a row had no usage if it is not after
-- `usage_complete_to`, else it is not known. The current month counts up to `observed_at`.
--
-- columns:
--   institution_id: Figshare's id of the institution.
--   item_type: article, author (a person as in reports.authors), group or institution.
--   item_id: The article, the person (reports.authors.author_id), the group or the institution;
--     NULL for the articles in no group.
--   item_name: Title or name; NULL when not known.
--   month: First day of the month (UTC).
--   views_full: Views in the month, by full counting; NULL when not known.
--   downloads_full: Downloads in the month, by full counting; NULL when not known.
--   shares_full: Shares in the month, by full counting; NULL when not known.
--   views_fractional: Views in the month, by fractional counting; NULL when not known.
--   downloads_fractional: Downloads in the month, by fractional counting; NULL when not known.
--   shares_fractional: Shares in the month, by fractional counting; NULL when not known.
--   usage_covered_share: Share of its articles whose months are all known, 0 to 1.
--   usage_complete_to: Last day (UTC) up to which they are, the earliest of them; NULL when none
--     is.
--   observed_at: When the month's figures were given, the earliest of them (UTC).

with

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

group_wholes as (

    select * from staging.stg_group_wholes

),

months_known as (

    select * from staging.stg_usage_months_known

),

months as (

    select * from staging.stg_usage_by_month
    where item_type = 'article'

),

people_counts as (

    select
        article_id,
        count(*) as people_count

    from article_people
    group by article_id

),

parts as (

    select
        institution_articles.institution_id,
        'article' as item_type,
        articles.article_id as item_id,
        articles.title as item_name,
        articles.article_id,
        cast(1 as double) as fraction

    from institution_articles
    inner join articles on institution_articles.article_id = articles.article_id

    union all

    select
        institution_articles.institution_id,
        'author' as item_type,
        article_people.person_id as item_id,
        person_names.full_name as item_name,
        article_people.article_id,
        cast(1 as double) / people_counts.people_count as fraction

    from institution_articles
    inner join article_people on institution_articles.article_id = article_people.article_id
    inner join people_counts on institution_articles.article_id = people_counts.article_id
    left join person_names on article_people.person_id = person_names.person_id

    union all

    select
        group_wholes.institution_id,
        'group' as item_type,
        group_wholes.group_id as item_id,
        groups.group_name as item_name,
        group_wholes.article_id,
        case when group_wholes.is_own then cast(1 as double) else cast(0 as double) end as fraction

    from group_wholes
    left join groups
        on
            group_wholes.institution_id = groups.institution_id
            and group_wholes.group_id = groups.group_id

    union all

    select
        institution_id,
        'group' as item_type,
        group_id as item_id,
        cast(null as varchar) as item_name,
        article_id,
        cast(1 as double) as fraction

    from institution_articles
    where group_id is null

    union all

    select
        institution_articles.institution_id,
        'institution' as item_type,
        institution_articles.institution_id as item_id,
        institutions.institution_name as item_name,
        institution_articles.article_id,
        cast(1 as double) as fraction

    from institution_articles
    left join institutions on institution_articles.institution_id = institutions.institution_id

),

covered as (

    select
        parts.institution_id,
        parts.item_type,
        parts.item_id,
        cast(count(months_known.known_to) as double) / count(*) as usage_covered_share,
        min(months_known.known_to) as usage_complete_to

    from parts
    left join months_known on parts.article_id = months_known.article_id
    group by parts.institution_id, parts.item_type, parts.item_id

),

sums as (

    select
        parts.institution_id,
        parts.item_type,
        parts.item_id,
        parts.item_name,
        months.month,
        cast(sum(months.views) as bigint) as views_full,
        cast(sum(months.downloads) as bigint) as downloads_full,
        cast(sum(months.shares) as bigint) as shares_full,
        sum(months.views * parts.fraction) as views_fractional,
        sum(months.downloads * parts.fraction) as downloads_fractional,
        sum(months.shares * parts.fraction) as shares_fractional,
        min(months.observed_at) as observed_at

    from parts
    inner join months on parts.article_id = months.item_id
    group by
        parts.institution_id, parts.item_type, parts.item_id, parts.item_name, months.month

),

usage as (

    select
        sums.institution_id,
        sums.item_type,
        sums.item_id,
        sums.item_name,
        sums.month,
        sums.views_full,
        sums.downloads_full,
        sums.shares_full,
        sums.views_fractional,
        sums.downloads_fractional,
        sums.shares_fractional,
        covered.usage_covered_share,
        covered.usage_complete_to,
        sums.observed_at

    from sums
    inner join covered
        on
            sums.institution_id = covered.institution_id
            and sums.item_type = covered.item_type
            and coalesce(sums.item_id, 0) = coalesce(covered.item_id, 0)

)

select * from usage
