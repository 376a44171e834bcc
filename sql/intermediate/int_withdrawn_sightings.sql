-- One row per withdrawn article that was ever listed: when a listing last showed it.
--
-- columns:
--   article_id: The article.
--   last_listed_at: When the listing that showed it last did (UTC).

select
    withdrawals.article_id,
    last_sightings.seen_at as last_listed_at
from intermediate.int_withdrawals as withdrawals
inner join intermediate.int_last_sightings as last_sightings on withdrawals.article_id = last_sightings.article_id
