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
held as (
    select
        'article_authors' as child_table,
        article_id
    from figshare.article_authors
    union all
    select
        'article_categories' as child_table,
        article_id
    from figshare.article_categories
    union all
    select
        'article_tags' as child_table,
        article_id
    from figshare.article_tags
    union all
    select
        'article_files' as child_table,
        article_id
    from figshare.article_files
    union all
    select
        'article_funding' as child_table,
        article_id
    from figshare.article_funding
    union all
    select
        'article_references' as child_table,
        article_id
    from figshare.article_references
    union all
    select
        'article_related_materials' as child_table,
        article_id
    from figshare.article_related_materials
    union all
    select
        'article_custom_fields' as child_table,
        article_id
    from figshare.article_custom_fields
    union all
    select
        'article_author_affiliations' as child_table,
        article_id
    from figshare.article_author_affiliations
),

children as (
    select
        child_table,
        article_id,
        count(*) as row_count
    from held
    group by child_table, article_id
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
    union all
    select
        'article_author_affiliations' as child_table,
        article_id,
        author_affiliation_count as said_count
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
