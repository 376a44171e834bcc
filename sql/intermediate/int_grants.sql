-- One row per grant that a loaded article names which a listing currently holds, under one name.
--
-- columns:
--   grant_key: What stands for the grant: int_article_funding.grant_key.
--   funding_kind: `linked` to a grant that Figshare knows, or `written` by the depositor.
--   funding_id: Figshare's id of a linked grant; NULL for written ones.
--   grant_title: Title as the article with the highest id shows it; NULL when there is none.
--   grant_code: The funder's code of the grant; NULL when none is given.
--   funder: Name of the funder; NULL for written ones.
--   grant_url: Address of the grant; NULL when none is given.

with
listed_ids as (
    select distinct article_id
    from intermediate.int_listed_articles
),

article_funding as (
    select article_funding.*
    from intermediate.int_article_funding as article_funding
    inner join listed_ids on article_funding.article_id = listed_ids.article_id
)

select
    grant_key,
    funding_kind,
    case when funding_kind = 'linked' then funding_id end as funding_id,
    grant_title,
    grant_code,
    funder,
    grant_url
from article_funding
qualify row_number() over (partition by grant_key order by article_id desc) = 1
