-- One row per named search, as in reports.search_summary.

select *
from reports.search_summary
order by search
