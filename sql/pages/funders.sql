-- One row per funder of a scope, by kind, the most frequent first.
--
-- parameters:
--   scope_id: as in reports.funders.
--
-- columns:
--   funding_kind: as in reports.funders, with what follows.
--   funder: the funder.
--   article_count: items that name it.
--   downloads: their downloads.

select
    funding_kind,
    funder,
    article_count,
    downloads
from reports.funders
where scope_id = $scope_id
order by funding_kind asc, article_count desc, funder asc
