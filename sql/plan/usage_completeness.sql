-- One row: of how many articles usage is complete.
--
-- columns:
--   article_count: articles whose usage is followed.
--   totals_count: those whose views and downloads are known.
--   months_count: those whose views and downloads are known for every month since their beginning.

select
    (select count(*) from intermediate.int_usage_items where entity_type = 'article') as article_count,
    (select count(*) from intermediate.int_article_usage where usage_as_of is not null) as totals_count,
    (select count(*) from intermediate.int_usage_months_known) as months_count
