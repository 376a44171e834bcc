-- One row per collection or project and public article in it, as its list of articles was when last read.
--
-- Articles of any institution. One that is known to be withdrawn since is left out.
--
-- columns:
--   entity_type: collection or project.
--   entity_id: Figshare's id of it.
--   position: The place of the article in it, from 1, without those that are withdrawn.
--   article_id: The article.
--   title: Title as plain text; as the list gives it where the article's record is not held.
--   doi: DOI of the latest version; NULL when it has none.
--   url: Address of the public page.
--   item_type: Figshare's name of the item type; NULL when not known.
--   group_id: Group that the article lies in; NULL when in none.
--   published_at: When its latest version was published (UTC).

with
members as (
    select
        'collection' as entity_type,
        collection_id as entity_id,
        position,
        article_id,
        title,
        doi,
        url_public_html,
        defined_type,
        group_id,
        published_date
    from figshare.collection_articles
    union all
    select
        'project' as entity_type,
        project_id as entity_id,
        position,
        article_id,
        title,
        doi,
        url_public_html,
        defined_type,
        group_id,
        published_date
    from figshare.project_articles
)

select
    members.entity_type,
    members.entity_id,
    row_number() over (
        partition by members.entity_type, members.entity_id order by members.position
    ) as position,
    members.article_id,
    coalesce(articles.title, staging.one_line(staging.blank_to_null(members.title))) as title,
    coalesce(articles.doi, staging.bare_doi(members.doi)) as doi,
    coalesce(articles.url, staging.blank_to_null(members.url_public_html)) as url,
    coalesce(articles.item_type, lower(item_types.name)) as item_type,
    coalesce(articles.group_id, members.group_id) as group_id,
    coalesce(articles.published_at, members.published_date) as published_at
from members
left join intermediate.int_articles as articles on members.article_id = articles.article_id
left join intermediate.int_withdrawals as withdrawals on members.article_id = withdrawals.article_id
left join figshare.item_types on members.defined_type = item_types.id
where withdrawals.article_id is null and members.article_id is not null
