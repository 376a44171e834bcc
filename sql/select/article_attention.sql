-- One row per thing about an article that someone should look at.
--
-- parameters:
--   article_id: the article.
--
-- columns:
--   report: the report that has it.
--   finding: what it is, in a sentence.

with
restatements as (
    select
        counter,
        count(*) as figure_count
    from reports.usage_restatements
    where entity_type = 'article' and entity_id = $article_id
    group by counter
),

findings as (
    select
        'withdrawn_articles' as report,
        'Figshare does not find it any more, as found on ' || cast(cast(withdrawn_at as date) as varchar)
        || ' (' || reason || ').' as finding
    from reports.withdrawn_articles
    where article_id = $article_id
    union all
    select
        'other_articles' as report,
        'Nothing that is followed lists it any more.' as finding
    from reports.other_articles
    where article_id = $article_id and state = 'left'
    union all
    select
        'other_articles' as report,
        'Its record is not read yet.' as finding
    from reports.other_articles
    where article_id = $article_id and not is_loaded and state is distinct from 'withdrawn'
    union all
    select
        'failed_requests' as report,
        'A request failed in the last refresh: ' || message as finding
    from operations.failed_requests
    where article_id = $article_id and refresh_id = (select max(refreshes.refresh_id) from operations.refreshes)
    union all
    select
        'embargoes' as report,
        case embargo_state
            when 'overdue' then 'Its embargo is in force, though it was to end on '
            when 'ended since read' then 'Its embargo was to end since the record was read, on '
            when 'running' then 'Its embargo ends soon, on '
            when 'no end' then 'Its embargo has no end'
            else 'The end of its embargo cannot be read'
        end || coalesce(cast(embargo_ends_on as varchar), '') || '.' as finding
    from reports.embargoes
    where
        article_id = $article_id
        and (
            embargo_state in ('overdue', 'ended since read', 'no end', 'end not known')
            or (embargo_state = 'running' and days_left <= 90)
        )
    union all
    select
        'metadata_completeness' as report,
        'Parts of the metadata are missing: ' || missing_fields || '.' as finding
    from reports.metadata_completeness
    where article_id = $article_id and missing_fields is not null
    union all
    select
        'never_used' as report,
        'It was never viewed or downloaded.' as finding
    from reports.never_used
    where article_id = $article_id
    union all
    select
        'usage_reconciliation' as report,
        'Figshare''s figures of ' || counter || ' disagree (' || comparison || '): ' || cast(figure as varchar)
        || ' and ' || cast(other_figure as varchar) || '.' as finding
    from reports.usage_reconciliation
    where entity_type = 'article' and entity_id = $article_id and difference <> 0
    union all
    select
        'usage_restatements' as report,
        'Figshare changed past figures of ' || counter || ': ' || cast(figure_count as varchar) || '.' as finding
    from restatements
)

-- What two institutions list is in some reports twice.
select distinct
    report,
    finding
from findings
order by report, finding
