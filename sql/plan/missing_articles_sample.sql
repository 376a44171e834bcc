-- One row for each of a few articles, spread over all, that a listing had and that its reading in this refresh did not
-- show: those whose details tell whether the listing is to be believed.
--
-- parameters:
--   listing: name of the listing.
--   refresh_id: this refresh.
--   sample_size: how many articles.
--
-- columns:
--   article_id: the article.

with
missing as (
    select article_id from figshare.listed_articles
    where listing = $listing and left_at is null and missed_at is null and refresh_id < $refresh_id
)

select article_id
from missing
order by hash(article_id), article_id
limit $sample_size
