-- One row per group of which Figshare counts more public articles than the listings of this refresh show, where it can
-- be known.
--
-- `fetched` are the rows of `groups_listed`. It is not documented whether Figshare's number holds subgroups: both ways
-- are tried, and the one that fits all groups better counts. A group with subgroups of which there is no number is left
-- out.
--
-- columns:
--   group_id: the group.
--   missing_count: how many articles more Figshare counts.
--   unplaced_count: how many articles are listed that may be among those that are missing in any group: neither listing
--     nor detail name their group. Those that are loaded lie in none, and only a number that holds subgroups may hold
--     them.
--   last_published_date: the latest publication that the listings show (UTC).

with
subgroups as (
    select
        known_groups.parent_id as group_id,
        case
            when count(*) = count(group_counts.article_count) then sum(group_counts.article_count)
        end as article_count
    from figshare.groups as known_groups
    left join figshare.group_counts as group_counts on known_groups.id = group_counts.group_id
    group by known_groups.parent_id
),

compared as (
    select
        listed.group_id,
        group_counts.article_count - listed.article_count as more_count,
        group_counts.article_count - listed.article_count
        - case when subgroups.group_id is null then 0 else subgroups.article_count end
            as more_without_subgroups_count
    from fetched as listed
    inner join figshare.group_counts as group_counts on listed.group_id = group_counts.group_id
    left join subgroups on listed.group_id = subgroups.group_id
    where listed.is_whole
),

fits as (
    select
        coalesce(sum(abs(more_without_subgroups_count)) < sum(abs(more_count)), false)
            as holds_subgroups
    from compared
    where more_without_subgroups_count is not null
),

judged as (
    select
        compared.group_id,
        fits.holds_subgroups,
        case
            when fits.holds_subgroups then compared.more_without_subgroups_count
            else compared.more_count
        end as missing_count
    from compared
    cross join fits
    where compared.more_without_subgroups_count is not null
),

all_listed as (
    select
        coalesce(max(article_count) filter (where group_id is null), 0) as unplaced_count,
        coalesce(max(unread_count) filter (where group_id is null), 0) as unread_count,
        max(last_published_date) as last_published_date
    from fetched
)

select
    judged.group_id,
    judged.missing_count,
    case
        when judged.holds_subgroups then all_listed.unplaced_count
        else all_listed.unread_count
    end as unplaced_count,
    all_listed.last_published_date
from judged
cross join all_listed
where judged.missing_count > 0
