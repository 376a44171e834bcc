-- One row per file of an article, as in reports.article_files, in its order.
--
-- parameters:
--   article_id: the article.

select * from reports.article_files
where article_id = $article_id
union all by name
select * from reports.other_article_files
where article_id = $article_id
order by position
