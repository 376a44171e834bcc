-- One row per item and counter of which a month was restated after its countries were read.
--
-- columns:
--   entity_type: article, author, collection, group or project.
--   entity_id: Figshare's id of it.
--   counter: views, downloads or shares.
--   restated_from: First day (UTC) of the earliest such month.

with
coverage as (
    select * from figshare.usage_coverage
    where kind = 'countries' and fetched_at is not null
),

restated_months as (
    select
        restatements.entity_type,
        restatements.entity_id,
        restatements.counter,
        restatements.month
    from figshare.usage_restatements as restatements
    inner join coverage
        on
            restatements.entity_type = coverage.entity_type
            and restatements.entity_id = coverage.entity_id
            and restatements.counter = coverage.counter
            and restatements.month between coverage.window_start and coverage.window_end
    group by
        restatements.entity_type,
        restatements.entity_id,
        restatements.counter,
        restatements.month
    having max(restatements.new_observed_at) > max(coverage.fetched_at)
)

select
    entity_type,
    entity_id,
    counter,
    min(month) as restated_from
from restated_months
group by entity_type, entity_id, counter
