-- One row per group and counter, and one per other type of item and counter: how probably an item that is followed has
-- any use. For telling how much there will be to ask for.
--
-- For articles it is the share as far as totals are known, leaning on what is usual where few are; for a group, a
-- collection or a project what follows from how many articles it has; other items are taken to be used.
--
-- columns:
--   entity_type: article, author, collection, group or project.
--   entity_id: Figshare's id of a group; NULL for all items of the type.
--   counter: views, downloads or shares.
--   used_ratio: share of such items with a total above 0, 0 to 1.

with
totals as (select * from intermediate.int_usage_totals where entity_type = 'article'),

usual as (
    -- Of articles on Figshare, 2026.
    select
        unnest(['views', 'downloads', 'shares']) as counter,
        unnest([0.99, 0.9, 0.025]) as usual_ratio
),

ratios as (
    select
        usual.counter,
        (count(case when totals.total > 0 then 1 end) + 30 * usual.usual_ratio)
        / (count(totals.entity_id) + 30) as used_ratio
    from usual
    left join totals on usual.counter = totals.counter
    group by usual.counter, usual.usual_ratio
),

article_counts as (
    select
        'group' as entity_type,
        group_id as entity_id,
        count(*) as article_count
    from intermediate.int_group_wholes
    group by group_id
    union all
    select
        entity_type,
        entity_id,
        count(*) as article_count
    from intermediate.int_entity_articles
    group by entity_type, entity_id
)

select
    items.entity_type,
    case when items.entity_type = 'group' then items.entity_id end as entity_id,
    ratios.counter,
    avg(
        case items.entity_type
            when 'article' then ratios.used_ratio
            when 'group'
                then 1 - pow(1 - ratios.used_ratio, coalesce(article_counts.article_count, 0))
            else coalesce(1 - pow(1 - ratios.used_ratio, article_counts.article_count), 1)
        end
    ) as used_ratio
from intermediate.int_usage_items as items
cross join ratios
left join article_counts
    on items.entity_type = article_counts.entity_type and items.entity_id = article_counts.entity_id
group by items.entity_type, case when items.entity_type = 'group' then items.entity_id end, ratios.counter
