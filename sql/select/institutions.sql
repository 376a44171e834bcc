-- One row per institution, as in reports.institution_summary, the largest first.

select *
from reports.institution_summary
order by article_count desc nulls last, institution_id asc
