-- One row per group with the public articles that the listings of this refresh show in it, and one for those in none.
--
-- An article lies in the group that its detail names, else in that of the listing. A group that is followed, or lies in
-- an institution that is, has a row though nothing is listed in it.
--
-- parameters:
--   listings: names of the listings that are followed now.
--   refresh_id: this refresh; listings that it did not read to their end are left out.
--
-- columns:
--   group_id: the group; NULL for none.
--   is_whole: whether the listings show all its articles.
--   article_count: how many they show.
--   unread_count: those of them that are not loaded.
--   last_published_date: the latest publication among them (UTC).

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

whole_groups as (
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
)

select
    coalesce(whole_groups.group_id, shown.group_id) as group_id,
    bool_or(whole_groups.group_id is not null) as is_whole,
    count(shown.article_id) as article_count,
    count(*) filter (where not shown.is_loaded) as unread_count,
    max(shown.published_date) as last_published_date
from whole_groups
full join shown on whole_groups.group_id = shown.group_id
group by coalesce(whole_groups.group_id, shown.group_id)
