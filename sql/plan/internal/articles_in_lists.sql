-- One row per article, of those that one list does not show any more, and list that has it.
--
-- `fetched` are the articles, in the column `article_id`.
--
-- columns:
--   article_id: the article.
--   part: the list.
--   token_mark: the token that saw it there last.

select
    listed.article_id,
    listed.part,
    listed.token_mark
from figshare_internal.listed_articles as listed
where listed.left_at is null and listed.article_id in (select fetched.article_id from fetched)
