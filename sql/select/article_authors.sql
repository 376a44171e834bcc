-- One row per author entry of an article, as in reports.article_authors, in its order.
--
-- parameters:
--   article_id: the article.

select * from reports.article_authors
where article_id = $article_id
union all by name
select * from reports.other_article_authors
where article_id = $article_id
order by position
