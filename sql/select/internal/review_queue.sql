-- One row per review that waits, as in internal.review_queue, what waits for longest first.

select *
from internal.review_queue
order by waiting_since asc nulls last, review_id asc
