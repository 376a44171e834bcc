-- One row per version of an article, as in reports.article_versions, the latest first.
--
-- parameters:
--   article_id: the article.
--   from_day: only versions that are known to be published from this day on; NULL for all.
--   to_day: and up to this one.

select * from reports.article_versions
where
    article_id = $article_id
    and ($from_day is null or published_on between $from_day and $to_day)
order by version desc
