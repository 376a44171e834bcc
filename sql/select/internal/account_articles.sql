-- One row per article that an account owns, as in internal.account_articles, what was modified last first.
--
-- parameters:
--   account_id: the account.

select *
from internal.account_articles
where account_id = $account_id
order by modified_at desc nulls last, article_id desc
