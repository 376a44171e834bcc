-- One row per group that is known from one institution, and from no other.
--
-- `fetched` are the rows of `forgotten_listings`.
--
-- parameters:
--   institution_id: the institution.
--
-- columns:
--   group_id: the group.

with
listed_groups as (
    select
        listed_articles.listing in (select fetched.listing from fetched) as is_forgotten,
        coalesce(nullif(articles.group_id, 0), listed_articles.group_id) as group_id
    from figshare.listed_articles
    left join figshare.articles on listed_articles.article_id = articles.article_id
    where starts_with(listed_articles.listing, 'institution ')
    union all
    select
        listing in (select fetched.listing from fetched) as is_forgotten,
        group_id
    from figshare.listings
    union all
    select
        institution_id = $institution_id as is_forgotten,
        id as group_id
    from figshare.groups
    union all
    select
        institution_id = $institution_id as is_forgotten,
        group_id
    from figshare.group_names
)

select group_id
from listed_groups
where group_id <> 0
group by group_id
having bool_and(is_forgotten)
order by group_id
