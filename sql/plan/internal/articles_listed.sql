-- One row: how many articles this token saw last in a list, and that are neither missed there nor gone.
--
-- parameters:
--   part: the list.
--   token_mark: the token.
--
-- columns:
--   article_count: how many.

select count(*) as article_count
from figshare_internal.listed_articles
where part = $part and token_mark = $token_mark and left_at is null and missed_at is null
