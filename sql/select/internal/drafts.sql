-- One row per draft, as in internal.drafts, what was untouched for longest first.

select *
from internal.drafts
where state = 'draft'
order by idle_days desc nulls last, article_id asc
