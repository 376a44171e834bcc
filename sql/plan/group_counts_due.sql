-- One row per group whose number of public articles Figshare has to be asked for; all that are known, or none.
--
-- Known are the groups of the list of groups, those that listings are limited to and those that listed articles lie in.
-- They are due when one was never counted, when an article was read or withdrawn since, and after a day.
--
-- parameters:
--   started_at: when this refresh started (UTC).
--   listings: names of the listings that are followed now.
--
-- columns:
--   group_id: the group.

with
listings as (
    select * from figshare.listings
    where list_contains($listings, listing) and institution_id is not null
),

listed_articles as (
    select listed_articles.*
    from figshare.listed_articles as listed_articles
    inner join listings on listed_articles.listing = listings.listing
    where listed_articles.left_at is null
),

followed_groups as (
    select known_groups.id as group_id
    from figshare.groups as known_groups
    inner join listings on known_groups.institution_id = listings.institution_id
    where listings.group_id is null
    union
    select group_id
    from listings
    where group_id is not null
    union
    select articles.group_id
    from listed_articles
    inner join figshare.articles as articles on listed_articles.article_id = articles.article_id
    where articles.group_id is not null
),

counts as (
    select
        followed_groups.group_id,
        group_counts.counted_at
    from followed_groups
    left join figshare.group_counts as group_counts
        on followed_groups.group_id = group_counts.group_id
),

latest_change as (
    select max(changed_at) as changed_at
    from (
        select max(fetched_at) as changed_at from figshare.articles
        union all
        select max(withdrawn_at) as changed_at from figshare.withdrawals
        union all
        select max(left_at) as changed_at from figshare.listed_articles
    ) as changes
)

select group_id
from counts
where
    exists (
        select 1 as one
        from counts as outdated
        cross join latest_change
        where
            outdated.counted_at is null
            or outdated.counted_at < latest_change.changed_at
            or outdated.counted_at < $started_at - interval 1 day
    )
order by group_id
