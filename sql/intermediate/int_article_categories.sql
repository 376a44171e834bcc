-- One row per loaded article and different subject category of it. Categories of one title are one, since a title has
-- another id in each taxonomy.
--
-- columns:
--   article_id: The article.
--   category: Title of the category.
--   category_id: Figshare's id of the first of the article's categories of that title.
--   position: Its first place among the article's categories, from 1.
--   article_credit: The article split equally among its categories; decimal, so that sums do not depend on the order of
--     rows.

with
titled as (
    select
        article_categories.article_id,
        article_categories.position,
        article_categories.category_id,
        staging.category(article_categories.title, categories.title) as category
    from figshare.article_categories
    left join figshare.categories on article_categories.category_id = categories.id
),

different_categories as (
    select
        article_id,
        category,
        category_id,
        position
    from titled
    where category is not null
    qualify row_number() over (partition by article_id, category order by position) = 1
)

select
    article_id,
    category,
    category_id,
    position,
    cast(1.0 / count(*) over (partition by article_id) as decimal(38, 15)) as article_credit
from different_categories
