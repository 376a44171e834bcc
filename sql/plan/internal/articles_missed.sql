-- One row per article that was found though its list does not show it, with the columns of `listed_articles`.
--
-- `fetched` are the articles, in the column `article_id`.
--
-- parameters:
--   part: the list.
--   now: when (UTC).

select listed.* replace (cast($now as timestamp) as missed_at)
from figshare_internal.listed_articles as listed
where listed.part = $part and listed.article_id in (select fetched.article_id from fetched)
