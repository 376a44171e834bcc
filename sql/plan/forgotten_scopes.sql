-- One row per part of the Stats API that was found out by items of institutions, which need not hold of others.
--
-- columns:
--   scope: a portal's name, or `public`.

select distinct scope
from figshare.usage_scopes
where scope <> 'elsewhere'
order by scope
