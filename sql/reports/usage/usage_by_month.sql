-- One row per institution, thing (article, author, group or the institution itself) and month of whose usage anything
-- is known.
--
-- Figshare's own counts, not COUNTER's. All are sums of the articles that the institution currently lists, by two
-- rules. Full counting: each author and group gets the whole of an article, a group also of those below it. Fractional
-- counting: each of the n authors of an article gets 1/n, and only the group that it lies in itself gets it; so the sum
-- over all authors (of articles with known authors) or groups, each month, is the institution's. Articles in no group
-- are the group with `entity_id` NULL. There is a row, of 0 where there was no usage, for each month from that of the
-- earliest article's first date, or of earlier usage by a private link, to the last one of which anything is known;
-- later months are not known. The current month counts up to `observed_at`.
--
-- key: institution_id, entity_type, entity_id, month
-- columns:
--   entity_id: The article, the person (reports.authors.author_id), the group or the institution; NULL for the articles
--     in no group.
--   downloads_fractional: Downloads in the month, by fractional counting; NULL when not known.
--   shares_fractional: Shares in the month, by fractional counting; NULL when not known.
--   usage_known_ratio: Share of its articles whose months are all known, 0 to 1; in other reports it is of all-time
--     totals.
--   usage_complete_to: Last day (UTC) up to which those are, the earliest of them; NULL when none is.
--   observed_at: When the month's figures were given, the earliest of them (UTC).

with
institution_articles as (select * from intermediate.int_institution_articles),
months_known as (select * from intermediate.int_usage_months_known),
months as (select * from intermediate.int_usage_by_month where entity_type = 'article'),

own_covered as (
    select
        institution_articles.institution_id,
        institution_articles.group_id,
        count(*) as article_count,
        count(months_known.known_to) as known_count,
        min(months_known.known_to) as known_to
    from institution_articles
    left join months_known on institution_articles.article_id = months_known.article_id
    group by institution_articles.institution_id, institution_articles.group_id
),

-- Groups and the institution are sums over the groups that articles lie in themselves, of which
-- there are far fewer than articles.
parts as (
    select
        own_covered.institution_id,
        'group' as entity_type,
        containing_groups.ancestor_group_id as entity_id,
        own_covered.group_id as own_group_id,
        containing_groups.ancestor_group_id = own_covered.group_id as is_own
    from own_covered
    inner join intermediate.int_containing_groups as containing_groups
        on own_covered.group_id = containing_groups.group_id
    union all
    select
        institution_id,
        'group' as entity_type,
        group_id as entity_id,
        group_id as own_group_id,
        true as is_own
    from own_covered
    where group_id is null
    union all
    select
        institution_id,
        'institution' as entity_type,
        institution_id as entity_id,
        group_id as own_group_id,
        true as is_own
    from own_covered
),

part_covered as (
    select
        parts.institution_id,
        parts.entity_type,
        parts.entity_id,
        cast(sum(own_covered.known_count) as double) / sum(own_covered.article_count) as usage_known_ratio,
        min(own_covered.known_to) as usage_complete_to
    from parts
    inner join own_covered
        on
            parts.institution_id = own_covered.institution_id
            and coalesce(parts.own_group_id, 0) = coalesce(own_covered.group_id, 0)
    group by parts.institution_id, parts.entity_type, parts.entity_id
),

part_sums as (
    select
        parts.institution_id,
        parts.entity_type,
        parts.entity_id,
        own_months.month,
        cast(sum(own_months.views) as bigint) as views_full,
        cast(sum(own_months.downloads) as bigint) as downloads_full,
        cast(sum(own_months.shares) as bigint) as shares_full,
        cast(sum(case when parts.is_own then own_months.views end) as double) as own_views,
        cast(sum(case when parts.is_own then own_months.downloads end) as double) as own_downloads,
        cast(sum(case when parts.is_own then own_months.shares end) as double) as own_shares,
        count(case when parts.is_own then 1 end) as own_month_count,
        min(own_months.observed_at) as observed_at
    from parts
    inner join intermediate.int_usage_by_own_group as own_months
        on
            parts.institution_id = own_months.institution_id
            and coalesce(parts.own_group_id, 0) = coalesce(own_months.group_id, 0)
    group by parts.institution_id, parts.entity_type, parts.entity_id, own_months.month
),

-- A month in which only subgroups have usage: nothing lies in the group itself, or what does has
-- none, or it is not known.
own_zeros as (
    select
        part_sums.institution_id,
        part_sums.entity_type,
        part_sums.entity_id,
        part_sums.month,
        case
            when own_covered.group_id is null then cast(0 as double)
            when
                own_covered.known_count = own_covered.article_count
                and part_sums.month <= own_covered.known_to
                then cast(0 as double)
        end as views_or_downloads,
        case when own_covered.group_id is null then cast(0 as double) end as shares
    from part_sums
    left join own_covered
        on part_sums.institution_id = own_covered.institution_id and part_sums.entity_id = own_covered.group_id
    where part_sums.entity_type = 'group' and part_sums.own_month_count = 0
)

select
    institution_articles.institution_id,
    'article' as entity_type,
    articles.article_id as entity_id,
    articles.title as entity_name,
    months.month,
    months.views as views_full,
    months.downloads as downloads_full,
    months.shares as shares_full,
    cast(months.views as double) as views_fractional,
    cast(months.downloads as double) as downloads_fractional,
    cast(months.shares as double) as shares_fractional,
    cast(
        case when months_known.known_to is not null then 1 else 0 end as double
    ) as usage_known_ratio,
    months_known.known_to as usage_complete_to,
    months.observed_at
from institution_articles
inner join intermediate.int_articles as articles on institution_articles.article_id = articles.article_id
inner join months on institution_articles.article_id = months.entity_id
left join months_known on institution_articles.article_id = months_known.article_id
union all
select
    institution_id,
    'author' as entity_type,
    author_id as entity_id,
    full_name as entity_name,
    month,
    views_full,
    downloads_full,
    shares_full,
    views_fractional,
    downloads_fractional,
    shares_fractional,
    usage_known_ratio,
    usage_complete_to,
    observed_at
from reports.author_usage_by_month
union all
select
    part_sums.institution_id,
    part_sums.entity_type,
    part_sums.entity_id,
    case
        when part_sums.entity_type = 'institution' then institutions.institution_name
        else groups.group_name
    end as entity_name,
    part_sums.month,
    part_sums.views_full,
    part_sums.downloads_full,
    part_sums.shares_full,
    coalesce(
        part_sums.own_views,
        case when part_sums.views_full is not null then own_zeros.views_or_downloads end
    ) as views_fractional,
    coalesce(
        part_sums.own_downloads,
        case when part_sums.downloads_full is not null then own_zeros.views_or_downloads end
    ) as downloads_fractional,
    coalesce(
        part_sums.own_shares,
        case when part_sums.shares_full is not null then own_zeros.shares end
    ) as shares_fractional,
    part_covered.usage_known_ratio,
    part_covered.usage_complete_to,
    part_sums.observed_at
from part_sums
inner join part_covered
    on
        part_sums.institution_id = part_covered.institution_id
        and part_sums.entity_type = part_covered.entity_type
        and coalesce(part_sums.entity_id, 0) = coalesce(part_covered.entity_id, 0)
left join own_zeros
    on
        part_sums.institution_id = own_zeros.institution_id
        and part_sums.entity_type = own_zeros.entity_type
        and part_sums.entity_id = own_zeros.entity_id
        and part_sums.month = own_zeros.month
left join intermediate.int_institutions as institutions on part_sums.institution_id = institutions.institution_id
left join intermediate.int_groups as groups
    on part_sums.institution_id = groups.institution_id and part_sums.entity_id = groups.group_id
