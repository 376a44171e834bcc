-- One row: the article whose detail answered last; none where no detail was ever read.
--
-- It is asked for where many others fail, to tell whether everything does.
--
-- columns:
--   article_id: Figshare's id of it.
--   api_version: the version of Figshare's API that gave it; NULL is v2.

select
    article_id,
    api_version
from figshare.article_checks
order by checked_at desc, article_id desc
limit 1
