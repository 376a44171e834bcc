-- One row per counter of an institution whose fractional sums over groups are not its total, and per counter whose
-- fractional sums over all authors are not the total of all articles with known authors, each once.
--
-- Sums of fractions are rounded in their last digits, which is no difference.
--
-- columns:
--   what: groups or authors.
--   institution_id: The institution; NULL for authors, who are counted over all of them.
--   counter: views, downloads or shares.
--   fractional_sum: The sum of the fractional figures.
--   total: What it should be.

with
institutions as (select * from reports.institution_summary where completed_at is not null),

article_people as (
    select distinct article_id
    from intermediate.int_article_people
),

group_sums as (
    select
        institution_id,
        sum(views_fractional) as views,
        sum(downloads_fractional) as downloads,
        sum(shares_fractional) as shares
    from reports.groups
    group by institution_id
),

author_sums as (
    select
        sum(views_fractional) as views,
        sum(downloads_fractional) as downloads,
        sum(shares_fractional) as shares
    from reports.authors
),

authored as (
    select
        sum(article_usage.views) as views,
        sum(article_usage.downloads) as downloads,
        sum(article_usage.shares) as shares
    from article_people
    inner join intermediate.int_article_usage as article_usage on article_people.article_id = article_usage.article_id
),

compared as (
    select
        'groups' as what,
        institutions.institution_id,
        'views' as counter,
        group_sums.views as fractional_sum,
        institutions.views as total
    from institutions
    left join group_sums on institutions.institution_id = group_sums.institution_id
    union all
    select
        'groups' as what,
        institutions.institution_id,
        'downloads' as counter,
        group_sums.downloads as fractional_sum,
        institutions.downloads as total
    from institutions
    left join group_sums on institutions.institution_id = group_sums.institution_id
    union all
    select
        'groups' as what,
        institutions.institution_id,
        'shares' as counter,
        group_sums.shares as fractional_sum,
        institutions.shares as total
    from institutions
    left join group_sums on institutions.institution_id = group_sums.institution_id
    union all
    select
        'authors' as what,
        cast(null as bigint) as institution_id,
        'views' as counter,
        author_sums.views as fractional_sum,
        authored.views as total
    from author_sums
    cross join authored
    union all
    select
        'authors' as what,
        cast(null as bigint) as institution_id,
        'downloads' as counter,
        author_sums.downloads as fractional_sum,
        authored.downloads as total
    from author_sums
    cross join authored
    union all
    select
        'authors' as what,
        cast(null as bigint) as institution_id,
        'shares' as counter,
        author_sums.shares as fractional_sum,
        authored.shares as total
    from author_sums
    cross join authored
)

select * from compared
where abs(coalesce(fractional_sum, 0) - coalesce(total, 0)) > 0.001 + 1e-9 * coalesce(total, 0)
