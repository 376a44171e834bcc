-- Each person of reports.authors has as many rows in reports.author_articles as articles, and as many in
-- reports.author_coauthors as coauthors.
--
-- columns:
--   author_id: The person; where reports.authors does not know them, the other counts are NULL.
--   article_count: Articles that reports.authors says.
--   article_row_count: Rows in reports.author_articles.
--   coauthor_count: Coauthors that reports.authors says.
--   coauthor_row_count: Rows in reports.author_coauthors.

with
article_rows as (
    select
        author_id,
        count(*) as article_row_count
    from reports.author_articles
    group by author_id
),

coauthor_rows as (
    select
        author_id,
        count(*) as coauthor_row_count
    from reports.author_coauthors
    group by author_id
),

author_rows as (
    select
        coalesce(article_rows.author_id, coauthor_rows.author_id) as author_id,
        coalesce(article_rows.article_row_count, 0) as article_row_count,
        coalesce(coauthor_rows.coauthor_row_count, 0) as coauthor_row_count
    from article_rows
    full join coauthor_rows on article_rows.author_id = coauthor_rows.author_id
)

select
    coalesce(authors.author_id, author_rows.author_id) as author_id,
    authors.article_count,
    author_rows.article_row_count,
    authors.coauthor_count,
    author_rows.coauthor_row_count
from reports.authors
full join author_rows on authors.author_id = author_rows.author_id
where
    authors.article_count is distinct from author_rows.article_row_count
    or authors.coauthor_count is distinct from author_rows.coauthor_row_count
