-- One row per loaded article and funder that it names by a linked grant, and one for the entries that its depositor
-- wrote by hand.
--
-- columns:
--   article_id: The article.
--   funding_kind: `linked` or `written`.
--   funder: Name of the funder; NULL for written entries, and where a linked grant names none.
--   article_credit: The article split equally among its rows here; decimal, so that sums do not depend on the order of
--     rows.

select
    article_id,
    funding_kind,
    funder,
    cast(1.0 / count(*) over (partition by article_id) as decimal(38, 15)) as article_credit
from intermediate.int_article_funding
group by article_id, funding_kind, funder
