-- One row per article of reports.other_articles and month of whose usage anything is known.
--
-- Figshare's own counts, not COUNTER's. There is a row, of 0 where there was no usage, for each month from the
-- article's first date, or from earlier usage by a private link, to the last one known. Of what is not followed any
-- more there are only months with usage.
--
-- key: article_id, month
-- columns:
--   article_id: The article: reports.other_articles.article_id.
--   views: Views in the month; NULL when not known.
--   downloads: Downloads in the month; NULL when not known.
--   shares: Shares in the month; NULL when not known.
--   observed_at: When the figures were given, the earliest of them (UTC); the current month counts up to then.

select
    other_articles.article_id,
    months.month,
    months.views,
    months.downloads,
    months.shares,
    months.observed_at
from intermediate.int_other_articles as other_articles
inner join intermediate.int_usage_by_month as months
    on months.entity_type = 'article' and other_articles.article_id = months.entity_id
