-- What a loaded article holds (authors, files, tags …) are as many rows as its record says, and none belongs to an
-- article that is not loaded. Articles that are withdrawn now are not looked at, nor lists of which it is not known how
-- many they hold.
--
-- columns:
--   child_table: The table of the schema figshare.
--   article_id: The article.
--   row_count: Rows that the table has for it.
--   said_count: Rows that its record says; NULL when the article is not loaded.

with
article_authors as (
    select
        'article_authors' as child_table,
        article_id,
        count(*) as row_count
    from figshare.article_authors
    group by article_id
),

article_categories as (
    select
        'article_categories' as child_table,
        article_id,
        count(*) as row_count
    from figshare.article_categories
    group by article_id
),

article_tags as (
    select
        'article_tags' as child_table,
        article_id,
        count(*) as row_count
    from figshare.article_tags
    group by article_id
),

article_files as (
    select
        'article_files' as child_table,
        article_id,
        count(*) as row_count
    from figshare.article_files
    group by article_id
),

article_funding as (
    select
        'article_funding' as child_table,
        article_id,
        count(*) as row_count
    from figshare.article_funding
    group by article_id
),

article_references as (
    select
        'article_references' as child_table,
        article_id,
        count(*) as row_count
    from figshare.article_references
    group by article_id
),

article_related_materials as (
    select
        'article_related_materials' as child_table,
        article_id,
        count(*) as row_count
    from figshare.article_related_materials
    group by article_id
),

article_custom_fields as (
    select
        'article_custom_fields' as child_table,
        article_id,
        count(*) as row_count
    from figshare.article_custom_fields
    group by article_id
),

children as (
    select * from article_authors
    union all
    select * from article_categories
    union all
    select * from article_tags
    union all
    select * from article_files
    union all
    select * from article_funding
    union all
    select * from article_references
    union all
    select * from article_related_materials
    union all
    select * from article_custom_fields
),

said as (
    select
        'article_authors' as child_table,
        article_id,
        author_count as said_count
    from figshare.articles
    union all
    select
        'article_categories' as child_table,
        article_id,
        category_count as said_count
    from figshare.articles
    union all
    select
        'article_tags' as child_table,
        article_id,
        tag_count as said_count
    from figshare.articles
    union all
    select
        'article_files' as child_table,
        article_id,
        file_count as said_count
    from figshare.articles
    union all
    select
        'article_funding' as child_table,
        article_id,
        funding_count as said_count
    from figshare.articles
    union all
    select
        'article_references' as child_table,
        article_id,
        reference_count as said_count
    from figshare.articles
    union all
    select
        'article_related_materials' as child_table,
        article_id,
        related_material_count as said_count
    from figshare.articles
    union all
    select
        'article_custom_fields' as child_table,
        article_id,
        custom_field_count as said_count
    from figshare.articles
)

select
    coalesce(said.child_table, children.child_table) as child_table,
    coalesce(said.article_id, children.article_id) as article_id,
    coalesce(children.row_count, 0) as row_count,
    said.said_count
from said
full join children on said.child_table = children.child_table and said.article_id = children.article_id
left join intermediate.int_withdrawals as withdrawals
    on coalesce(said.article_id, children.article_id) = withdrawals.article_id
where
    (said.article_id is null or said.said_count <> coalesce(children.row_count, 0))
    -- What was withdrawn while its load was broken off is never read whole.
    and withdrawals.article_id is null
