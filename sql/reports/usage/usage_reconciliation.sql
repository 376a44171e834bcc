-- One row per comparison of two figures that should be equal, for each counter of each item where both are known: a
-- total that was never asked for, and is only the sum of the months, is not compared with that sum.
--
-- Figshare's figures disagree in places: the figures of a group are not the sum of its articles', and what is counted
-- by country can be less than what is counted at all. Nothing is made to fit: both figures are shown with their
-- difference. They can also differ because they were given at different times, or because not all parts are known; the
-- columns say so. Figshare's own counts, not COUNTER's.
--
-- key: comparison, institution_id, entity_type, entity_id, counter
-- columns:
--   comparison: What is compared: `total and months` (all-time total, as last asked for, and what the months add up to
--     until then; of the month in which that was, where it was read again on a later day, as much as comes nearest to
--     the total), `months and countries` (sums over the months whose countries are known), `group and articles` (a
--     group's own total and the sum of the articles in it or below it), `institution and top groups` (the sum of the
--     institution's articles and the own totals of its top groups).
--   institution_id: The institution; NULL when the item is not known to belong to one.
--   entity_type: article, author, collection, group, project or institution.
--   figure: The first figure.
--   other_figure: The other one.
--   difference: The first figure less the other one.
--   part_count: Articles or groups that the sum is made of; NULL where it is none.
--   unknown_part_count: Those of them of which the figure is not known and is left out.
--   figure_at: When the first figure was given, its earliest part (UTC).
--   other_figure_at: When the other one was given, its earliest part (UTC).

with
entity_counters as (select * from intermediate.int_usage_counters),
groups as (select * from intermediate.int_groups),

total_and_months as (
    select
        'total and months' as comparison,
        entity_counters.institution_id,
        entity_counters.entity_type,
        entity_counters.entity_id,
        entity_counters.counter,
        entity_counters.asked_total as figure,
        month_sums.sum_at_total as other_figure,
        cast(null as bigint) as part_count,
        cast(null as bigint) as unknown_part_count,
        entity_counters.asked_at as figure_at,
        month_sums.observed_at as other_figure_at
    from entity_counters
    inner join intermediate.int_usage_month_sums as month_sums
        on
            entity_counters.entity_type = month_sums.entity_type
            and entity_counters.entity_id = month_sums.entity_id
            and entity_counters.counter = month_sums.counter
),

country_months as (
    select
        entity_type,
        entity_id,
        counter,
        month,
        sum(event_count) as event_count,
        count(*) - count(event_count) as unknown_count,
        min(observed_at) as observed_at
    from figshare.usage_by_country
    group by entity_type, entity_id, counter, month
),

months_and_countries as (
    select
        'months and countries' as comparison,
        entity_counters.institution_id,
        entity_counters.entity_type,
        entity_counters.entity_id,
        entity_counters.counter,
        sum(months.event_count) as figure,
        sum(country_months.event_count) as other_figure,
        cast(null as bigint) as part_count,
        cast(null as bigint) as unknown_part_count,
        min(months.observed_at) as figure_at,
        min(country_months.observed_at) as other_figure_at
    from entity_counters
    inner join country_months
        on
            entity_counters.entity_type = country_months.entity_type
            and entity_counters.entity_id = country_months.entity_id
            and entity_counters.counter = country_months.counter
    inner join figshare.usage_by_month as months
        on
            country_months.entity_type = months.entity_type
            and country_months.entity_id = months.entity_id
            and country_months.counter = months.counter
            and country_months.month = months.month
    -- Where Figshare left out countries, and it is not known how much they had in all, they do not
    -- add up to anything.
    where country_months.unknown_count = 0
    group by
        entity_counters.institution_id,
        entity_counters.entity_type,
        entity_counters.entity_id,
        entity_counters.counter
),

article_counters as (select * from entity_counters where entity_type = 'article'),

group_counters as (
    -- What lies below a group is known only where groups are known by name.
    select entity_counters.*
    from entity_counters
    inner join groups
        on entity_counters.institution_id = groups.institution_id and entity_counters.entity_id = groups.group_id
    where
        entity_counters.entity_type = 'group'
        and entity_counters.total is not null
        and groups.level is not null
),

group_and_articles as (
    select
        'group and articles' as comparison,
        group_counters.institution_id,
        group_counters.entity_type,
        group_counters.entity_id,
        group_counters.counter,
        group_counters.total as figure,
        sum(article_counters.total) as other_figure,
        count(*) as part_count,
        count(*) - count(article_counters.total) as unknown_part_count,
        group_counters.observed_at as figure_at,
        min(article_counters.observed_at) as other_figure_at
    from group_counters
    inner join intermediate.int_group_wholes as group_wholes
        on
            group_counters.institution_id = group_wholes.institution_id
            and group_counters.entity_id = group_wholes.group_id
    inner join article_counters
        on group_wholes.article_id = article_counters.entity_id and group_counters.counter = article_counters.counter
    group by
        group_counters.institution_id,
        group_counters.entity_type,
        group_counters.entity_id,
        group_counters.counter,
        group_counters.total,
        group_counters.observed_at
),

institution_sums as (
    select
        institution_articles.institution_id,
        article_counters.counter,
        sum(article_counters.total) as total,
        count(*) as part_count,
        count(*) - count(article_counters.total) as unknown_part_count,
        min(article_counters.observed_at) as observed_at
    from intermediate.int_institution_articles as institution_articles
    inner join article_counters on institution_articles.article_id = article_counters.entity_id
    group by institution_articles.institution_id, article_counters.counter
),

top_group_sums as (
    select
        group_counters.institution_id,
        group_counters.counter,
        sum(group_counters.total) as total,
        min(group_counters.observed_at) as observed_at
    from group_counters
    inner join groups
        on group_counters.institution_id = groups.institution_id and group_counters.entity_id = groups.group_id
    where groups.level = 1
    group by group_counters.institution_id, group_counters.counter
),

institution_and_top_groups as (
    select
        'institution and top groups' as comparison,
        institution_sums.institution_id,
        'institution' as entity_type,
        institution_sums.institution_id as entity_id,
        institution_sums.counter,
        institution_sums.total as figure,
        top_group_sums.total as other_figure,
        institution_sums.part_count,
        institution_sums.unknown_part_count,
        institution_sums.observed_at as figure_at,
        top_group_sums.observed_at as other_figure_at
    from institution_sums
    inner join top_group_sums
        on
            institution_sums.institution_id = top_group_sums.institution_id
            and institution_sums.counter = top_group_sums.counter
),

compared as (
    select * from total_and_months
    union all
    select * from months_and_countries
    union all
    select * from group_and_articles
    union all
    select * from institution_and_top_groups
)

select
    comparison,
    institution_id,
    entity_type,
    entity_id,
    counter,
    cast(figure as bigint) as figure,
    cast(other_figure as bigint) as other_figure,
    cast(figure - other_figure as bigint) as difference,
    part_count,
    unknown_part_count,
    figure_at,
    other_figure_at
from compared
where figure is not null and other_figure is not null
