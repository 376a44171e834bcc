-- One row per article that only some listings ever showed, so that it goes with them.
--
-- `fetched` are the rows of `forgotten_listings`.
--
-- columns:
--   article_id: the article.

select article_id
from figshare.listed_articles
group by article_id
having bool_and(listing in (select fetched.listing from fetched))
order by article_id
