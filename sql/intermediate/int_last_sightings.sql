-- One row per article that was ever listed: the listing of an institution or group that last showed it; another when
-- no other listing ever did.
--
-- columns:
--   article_id: The article.
--   listing: That listing.
--   seen_at: When it last showed the article (UTC).

select
    listed_articles.article_id,
    listed_articles.listing,
    listed_articles.seen_at
from figshare.listed_articles
left join figshare.listings on listed_articles.listing = listings.listing
qualify row_number() over (
    partition by listed_articles.article_id
    order by
        listings.institution_id is null,
        listed_articles.seen_at desc,
        listed_articles.listing asc
) = 1
