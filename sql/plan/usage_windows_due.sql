-- One row per item, counter and window of time whose figures have to be asked for, most wanted first; one row is one
-- request.
--
-- Due are the parts of the time since the item's beginning that no window in the ledger covers; and, when the total has
-- moved since the last window was read or that was long ago, the time from the last complete month on. What is known to
-- have a total of 0 is not asked for. Windows that are longer than Figshare answers are split.
--
-- A request for months takes as many of them as Figshare answers, or all (is_whole): what was mended in the last two
-- years is seen whenever anything is asked, and use before an item's first date with the first answer. All months are
-- read again when they do not add up to the total as they did before; when they did not then either after 7 to 12 times
-- the greatest age, and else after 27 to 52 times (not those of all items at once). Where they still add up to less
-- than the total, those from the beginning of Figshare on are asked for once.
--
-- Countries are read again from the first month on whose own figure was restated since they were.
--
-- First comes what was never asked for, then what was published or changed since, then what waited for longest, then
-- what was used most of late and so most probably moved. Last comes what failed, of that first what was not asked for
-- for longest: after many failures in a row nothing more is asked, and it must not be the same ones each time.
--
-- parameters:
--   kind: months, days or countries.
--   entity_types: the types of items.
--   only_named: those of which only what was asked for by name counts.
--   article_ids: only these articles; NULL for all.
--   is_estimate: whether items without a known total count as used, to estimate what may become due.
--   now: the time (UTC).
--   today: its day.
--   since: no earlier day is asked for.
--   window_months: the longest window that Figshare is known to answer.
--   is_whole: whether longer windows are not split.
--   max_age_days: older figures are asked for again.
--
-- columns:
--   entity_type: what it is.
--   entity_id: Figshare's id of it.
--   institution_id: the institution it belongs to; NULL when not known.
--   counter: views, downloads or shares.
--   window_start: first day to ask for (UTC).
--   window_end: last day to ask for (UTC).
--   needed_from: first day that is needed (UTC); what is asked for can begin earlier.
--   total: the total as known now, to be kept with the answer: whether it moves tells when to ask again. NULL where
--     months are what gives it.
--   reason: new; restated, where countries are read again since their month was; differs, where all months are read
--     again since they do not add up; old, where they are since that was long ago; moved; or aged.
--   known_end: up to when an earlier answer for a window of this start covers it; NULL without one.
--   known_at: when that was read.
--   known_total: the total as known then.
--   failed_at: when something of it was last asked for and failed (UTC); NULL where nothing did.
--   is_sure: false where it is due only if it turns out to be used.
--   is_doubtful: whether the months that were read before do not add up to the total.

with
named as (select * from figshare.usage_items),

entity_counters as (
    select * from temp.int_usage_counters
    where
        entity_type in (select unnest($entity_types))
        and (
            not list_contains($only_named, entity_type)
            or (entity_type, entity_id) in (select (named.entity_type, named.entity_id) from named)
        )
        and (
            entity_type <> 'article'
            or cast($article_ids as bigint[]) is null
            or entity_id in (select unnest(cast($article_ids as bigint[])))
        )
),

failed as (select * from temp.int_usage_failures where kind = $kind),
coverage as (select * from figshare.usage_coverage where kind = $kind and fetched_at is not null),
covered as (select * from temp.int_usage_windows where kind = $kind),
restated as (select * from temp.int_usage_countries_restated where $kind = 'countries'),

doubts as (
    select
        *,
        is_doubtful
        and (
            is_new
            or oldest_at < cast($now as timestamp)
            - to_seconds(cast($max_age_days as double) * 86400 * (12 - entity_id % 6))
        ) as is_doubted
    from temp.int_usage_month_doubts
    where $kind = 'months'
),

group_beginnings as (
    -- For telling only: articles that were withdrawn, and are not known, count on.
    select * from temp.int_group_beginnings
    where $is_estimate
),

wanted as (
    select
        entity_counters.*,
        greatest(
            cast($since as date),
            case
                when doubts.is_short and not doubts.is_doubted
                    then least(entity_counters.months_from, staging.usage_began())
                when $kind = 'months' then entity_counters.months_from
                -- Where months say that there was none, there is none from anywhere.
                else
                    coalesce(month_sums.first_month, greatest(entity_counters.months_from, group_beginnings.began_on))
            end
        ) as needed_from,
        -- Months are what totals are summed from, so they are compared with what was asked for.
        case
            when $kind = 'months' then entity_counters.asked_total
            else entity_counters.total
        end as known_total,
        case
            when $kind = 'months' then entity_counters.asked_at
            else entity_counters.observed_at
        end as known_at,
        month_sums.total as month_total,
        month_sums.first_month,
        doubts.oldest_at,
        doubts.is_doubted,
        coalesce(doubts.is_doubtful, false) as is_doubtful,
        restated.restated_from,
        failed.failed_at,
        entity_counters.total is not null as is_sure
    from entity_counters
    left join temp.int_usage_first_months as month_sums
        on
            entity_counters.entity_type = month_sums.entity_type
            and entity_counters.entity_id = month_sums.entity_id
            and entity_counters.counter = month_sums.counter
    left join doubts
        on
            entity_counters.entity_type = doubts.entity_type
            and entity_counters.entity_id = doubts.entity_id
            and entity_counters.counter = doubts.counter
    left join restated
        on
            entity_counters.entity_type = restated.entity_type
            and entity_counters.entity_id = restated.entity_id
            and entity_counters.counter = restated.counter
    left join group_beginnings
        on entity_counters.entity_type = 'group' and entity_counters.entity_id = group_beginnings.group_id
    left join failed
        on
            entity_counters.entity_type = failed.entity_type
            and entity_counters.entity_id = failed.entity_id
            and entity_counters.counter = failed.counter
),

used as (
    select * from wanted
    where
        case
            when total is null then $is_estimate
            -- Months can be left of what is none now, when all of it was by robots.
            else
                total > 0
                or ($kind = 'months' and month_total > 0)
                or restated_from is not null
        end
),

judged as (
    select
        used.*,
        covered.covered_from,
        covered.covered_to,
        covered.is_to_date,
        covered.fetched_at,
        case
            when used.restated_from is not null then 'restated'
            when covered.covered_to is null or not covered.is_to_date then 'new'
            when used.is_doubted then 'differs'
            when
                used.oldest_at < cast($now as timestamp)
                - to_seconds(cast($max_age_days as double) * 86400 * (52 - used.entity_id % 26))
                then 'old'
            when
                used.known_at > covered.fetched_at
                and used.known_total <> coalesce(covered.total, used.month_total)
                then 'moved'
            when
                greatest(covered.fetched_at, used.known_at)
                < cast($now as timestamp) - to_seconds(cast($max_age_days as double) * 86400)
                then 'aged'
        end as reason
    from used
    left join covered
        on
            used.entity_type = covered.entity_type
            and used.entity_id = covered.entity_id
            and used.counter = covered.counter
),

windows as (
    select
        judged.*,
        coverage.window_start,
        coalesce(
            max(coverage.window_end) over (
                partition by coverage.entity_type, coverage.entity_id, coverage.counter
                order by coverage.window_start
                rows between unbounded preceding and 1 preceding
            ) + 1,
            judged.needed_from
        ) as open_from
    from judged
    inner join coverage
        on
            judged.entity_type = coverage.entity_type
            and judged.entity_id = coverage.entity_id
            and judged.counter = coverage.counter
),

gaps as (
    select
        * exclude (window_start, open_from, reason),
        greatest(open_from, needed_from) as gap_from,
        window_start - 1 as gap_to,
        'new' as reason
    from windows
    where window_start > greatest(open_from, needed_from)
    union all
    select
        * exclude (reason),
        case
            when covered_to is null then needed_from
            when $kind = 'days'
                then greatest(least(covered_to, cast($today as date) - 1), needed_from)
            when reason = 'restated' then restated_from
            when reason = 'differs' then covered_from
            when reason = 'old' then least(first_month, needed_from)
            else
                greatest(
                    least(
                        -- A month is not over on its last day.
                        cast(date_trunc('month', covered_to + if(is_to_date, 0, 1)) as date),
                        cast(date_trunc('month', cast($today as date)) - to_months(1) as date)
                    ),
                    needed_from
                )
        end as gap_from,
        cast($today as date) as gap_to,
        reason
    from judged
    where reason is not null
),

counted as (
    select
        * replace (
            cast(
                case when $kind = 'days' then gap_from else date_trunc('month', gap_from) end
                as timestamp
            ) as gap_from
        ),
        if($is_whole, 1, date_diff('month', gap_from, gap_to) // cast($window_months as integer) + 1) as window_count
    from gaps
),

starts as (
    select
        *,
        unnest(
            generate_series(
                case
                    -- As many months as the requests can have, up to the end.
                    when $kind = 'months'
                        then
                            least(
                                date_trunc('month', gap_to)
                                + to_months(1 - window_count * cast($window_months as integer)),
                                gap_from
                            )
                    else gap_from
                end,
                cast(gap_to as timestamp),
                to_months(if($is_whole, 12000, cast($window_months as integer)))
            )
        ) as start_at
    from counted
),

recent as (
    select
        entity_type,
        entity_id,
        counter,
        sum(event_count) as recent_count
    from figshare.usage_by_month
    where month >= date_trunc('month', cast($today as date)) - to_months(3)
    group by entity_type, entity_id, counter
),

asked as (
    select
        *,
        cast(greatest(start_at, cast($since as timestamp)) as date) as window_start,
        if(
            $is_whole,
            gap_to,
            least(gap_to, cast(start_at + to_months(cast($window_months as integer)) - to_days(1) as date))
        ) as window_end
    from starts
    -- Two parts of the time can lead to one and the same window.
    qualify
        row_number() over (partition by entity_type, entity_id, counter, start_at order by gap_to desc) = 1
)

select
    asked.entity_type,
    asked.entity_id,
    asked.institution_id,
    asked.counter,
    asked.window_start,
    asked.window_end,
    cast(asked.gap_from as date) as needed_from,
    asked.known_total as total,
    asked.reason,
    coverage.window_end as known_end,
    coverage.fetched_at as known_at,
    coverage.total as known_total,
    asked.failed_at,
    asked.is_sure,
    asked.is_doubtful
from asked
left join coverage
    on
        asked.entity_type = coverage.entity_type
        and asked.entity_id = coverage.entity_id
        and asked.counter = coverage.counter
        and asked.window_start = coverage.window_start
left join recent
    on
        asked.entity_type = recent.entity_type
        and asked.entity_id = recent.entity_id
        and asked.counter = recent.counter
order by
    asked.failed_at asc nulls first,
    asked.entity_type desc,
    asked.covered_to is null desc,
    coalesce(asked.changed_at > asked.fetched_at, true) desc,
    -- What waited for twice the age first, then what most probably moved: recent usage times the days since.
    asked.fetched_at
    < cast($now as timestamp) - to_seconds(2 * cast($max_age_days as double) * 86400) desc nulls first,
    coalesce(recent.recent_count, 0) * epoch(cast($now as timestamp) - asked.fetched_at) desc nulls first,
    asked.fetched_at asc nulls first,
    asked.changed_at desc nulls first,
    asked.entity_id asc,
    asked.counter desc,
    asked.window_start asc
