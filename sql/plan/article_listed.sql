-- One row where a listing shows an article, else none.
--
-- parameters:
--   listing: name of the listing.
--   article_id: the article.
--
-- columns:
--   article_id: the article.

select article_id
from figshare.listed_articles
where listing = $listing and article_id = $article_id
