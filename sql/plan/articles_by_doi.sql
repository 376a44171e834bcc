-- One row per article that has one of the DOIs, of whichever version.
--
-- parameters:
--   dois: DOIs in lower case, without their resolver and without a version.
--
-- columns:
--   doi: the DOI.
--   article_id: the article; of several the one with the smallest id.

select
    regexp_replace(lower(trim(doi)), '\.v[0-9]{1,4}$', '') as doi,
    min(article_id) as article_id
from figshare.articles
where
    list_contains(
        cast($dois as varchar[]), regexp_replace(lower(trim(doi)), '\.v[0-9]{1,4}$', '')
    )
group by all
order by doi
