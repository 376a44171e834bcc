-- One row: how many articles some listings ever showed.
--
-- `fetched` are the rows of `forgotten_listings`.
--
-- columns:
--   article_count: how many different ones.

select count(distinct listed_articles.article_id) as article_count
from figshare.listed_articles
inner join fetched on listed_articles.listing = fetched.listing
