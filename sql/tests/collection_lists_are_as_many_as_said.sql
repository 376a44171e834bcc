-- What a collection or project holds (authors, categories, tags, versions, articles, members) are as many rows as its
-- record says, and none belongs to one that is not loaded. Lists of which it is not known how many they hold are not
-- looked at.
--
-- columns:
--   child_table: The table of the schema figshare.
--   entity_id: The collection or project.
--   row_count: Rows that the table has for it.
--   said_count: Rows that its record says; NULL when it is not loaded.

with
held as (
    select
        'collection_authors' as child_table,
        collection_id as entity_id
    from figshare.collection_authors
    union all
    select
        'collection_categories' as child_table,
        collection_id as entity_id
    from figshare.collection_categories
    union all
    select
        'collection_tags' as child_table,
        collection_id as entity_id
    from figshare.collection_tags
    union all
    select
        'collection_versions' as child_table,
        collection_id as entity_id
    from figshare.collection_versions
    union all
    select
        'collection_articles' as child_table,
        collection_id as entity_id
    from figshare.collection_articles
    union all
    select
        'project_members' as child_table,
        project_id as entity_id
    from figshare.project_members
    union all
    select
        'project_articles' as child_table,
        project_id as entity_id
    from figshare.project_articles
),

children as (
    select
        child_table,
        entity_id,
        count(*) as row_count
    from held
    group by child_table, entity_id
),

said as (
    select
        'collection_authors' as child_table,
        collection_id as entity_id,
        author_count as said_count
    from figshare.collections
    union all
    select
        'collection_categories' as child_table,
        collection_id as entity_id,
        category_count as said_count
    from figshare.collections
    union all
    select
        'collection_tags' as child_table,
        collection_id as entity_id,
        tag_count as said_count
    from figshare.collections
    union all
    select
        'collection_versions' as child_table,
        collection_id as entity_id,
        version_count as said_count
    from figshare.collections
    union all
    select
        'collection_articles' as child_table,
        collection_id as entity_id,
        article_count as said_count
    from figshare.collections
    union all
    select
        'project_members' as child_table,
        project_id as entity_id,
        member_count as said_count
    from figshare.projects
    union all
    select
        'project_articles' as child_table,
        project_id as entity_id,
        article_count as said_count
    from figshare.projects
)

select
    coalesce(said.child_table, children.child_table) as child_table,
    coalesce(said.entity_id, children.entity_id) as entity_id,
    coalesce(children.row_count, 0) as row_count,
    said.said_count
from said
full join children on said.child_table = children.child_table and said.entity_id = children.entity_id
where said.entity_id is null or said.said_count <> coalesce(children.row_count, 0)
