-- One row per institution, group and month, with the usage of the articles that lay in the group itself in that month,
-- whichever group they lie in now.
--
-- An article counts for the group that it lay in at the end of the month, as the refreshes saw it: a move counts from
-- when it was found. Before the warehouse first saw an article its first known group is taken, and `group_known_ratio`
-- says of how many articles its group is known. Groups here are without those below them, and the articles are those
-- that the institution currently lists; so the sum over all groups, each month, is the institution's in
-- `reports.usage_by_month`, which counts all months for the groups of today. Figshare's own counts, not COUNTER's.
--
-- key: institution_id, group_id, month
-- columns:
--   group_id: The group that the articles lay in then; NULL for those in none.
--   group_name: Its name, as now; NULL when not known, and for those in none.
--   article_count: Articles that lay in it, and of whose usage in the month anything is known.
--   views: Their views in the month; NULL when not known.
--   downloads: Their downloads in the month; NULL when not known.
--   shares: Their shares in the month; NULL when not known.
--   group_known_ratio: Share of them that the warehouse had seen by the end of the month, 0 to 1; of the others the
--     first known group is taken.
--   observed_at: When the month's figures were given, the earliest of them (UTC).

with
months as (select * from intermediate.int_usage_by_month where entity_type = 'article'),

sightings as (
    select
        article_id,
        cast(date_trunc('month', min(first_seen_at)) as date) as first_month
    from figshare.first_listed
    group by article_id
),

months_then as (
    select
        institution_articles.institution_id,
        -- Where it lies still is for its record to say.
        case when stays.next_month is null then institution_articles.group_id else stays.group_id end as group_id,
        months.month,
        months.views,
        months.downloads,
        months.shares,
        months.observed_at,
        case when sightings.first_month <= months.month then 1 else 0 end as is_group_known
    from intermediate.int_institution_articles as institution_articles
    inner join months on institution_articles.article_id = months.entity_id
    left join sightings on institution_articles.article_id = sightings.article_id
    left join intermediate.int_article_stays as stays
        on
            institution_articles.article_id = stays.article_id
            and (stays.first_month is null or months.month >= stays.first_month)
            and (stays.next_month is null or months.month < stays.next_month)
)

select
    months_then.institution_id,
    months_then.group_id,
    groups.group_name,
    months_then.month,
    count(*) as article_count,
    cast(sum(months_then.views) as bigint) as views,
    cast(sum(months_then.downloads) as bigint) as downloads,
    cast(sum(months_then.shares) as bigint) as shares,
    avg(months_then.is_group_known) as group_known_ratio,
    min(months_then.observed_at) as observed_at
from months_then
left join intermediate.int_groups as groups
    on months_then.institution_id = groups.institution_id and months_then.group_id = groups.group_id
group by months_then.institution_id, months_then.group_id, groups.group_name, months_then.month
