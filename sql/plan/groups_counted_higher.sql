-- One row per group of which Figshare counts more public articles than the listings of this refresh show, where it can
-- be known.
--
-- It is not documented whether Figshare's number holds subgroups: both ways are tried, and the one that fits all groups
-- better counts. A group with subgroups of which there is no number is left out. An article lies in the group that its
-- detail names, else in that of the listing.
--
-- parameters:
--   listings: names of the listings that are followed now.
--   refresh_id: this refresh; listings that it did not read to their end are left out.
--
-- columns:
--   group_id: the group.
--   missing_count: how many articles more Figshare counts.
--   unplaced_count: how many articles are listed that may be among those that are missing in any group: neither listing
--     nor detail name their group. Those that are loaded lie in none, and only a number that holds subgroups may hold
--     them.
--   last_published_date: the latest publication that the listings show (UTC).

with
listings as (
    select * from figshare.listings
    where
        list_contains($listings, listing)
        and institution_id is not null
        and refresh_id = $refresh_id
),

shown as (
    select
        listed_articles.article_id,
        max(listings.institution_id) as institution_id,
        max(listed_articles.published_date) as published_date,
        max(
            coalesce(nullif(articles.group_id, 0), nullif(listed_articles.group_id, 0), nullif(listings.group_id, 0))
        ) as group_id,
        max(articles.article_id) is not null as is_loaded
    from figshare.listed_articles as listed_articles
    inner join listings on listed_articles.listing = listings.listing
    left join figshare.articles as articles on listed_articles.article_id = articles.article_id
    where listed_articles.refresh_id >= listings.refresh_id
    group by listed_articles.article_id
),

covered as (
    select group_id
    from listings
    where group_id is not null
    union
    select known_groups.id as group_id
    from figshare.groups as known_groups
    inner join listings on known_groups.institution_id = listings.institution_id
    where listings.group_id is null
    union
    select shown.group_id
    from shown
    inner join listings on shown.institution_id = listings.institution_id
    where shown.group_id is not null and listings.group_id is null
),

listed as (
    select
        group_id,
        count(*) as article_count
    from shown
    group by group_id
),

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
        covered.group_id,
        group_counts.article_count - coalesce(listed.article_count, 0) as more_count,
        group_counts.article_count - coalesce(listed.article_count, 0)
        - case when subgroups.group_id is null then 0 else subgroups.article_count end
            as more_without_subgroups_count
    from covered
    inner join figshare.group_counts as group_counts on covered.group_id = group_counts.group_id
    left join listed on covered.group_id = listed.group_id
    left join subgroups on covered.group_id = subgroups.group_id
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

all_shown as (
    select
        count(*) filter (where group_id is null) as unplaced_count,
        count(*) filter (where group_id is null and not is_loaded) as unread_count,
        max(published_date) as last_published_date
    from shown
)

select
    judged.group_id,
    judged.missing_count,
    case
        when judged.holds_subgroups then all_shown.unplaced_count
        else all_shown.unread_count
    end as unplaced_count,
    all_shown.last_published_date
from judged
cross join all_shown
where judged.missing_count > 0
