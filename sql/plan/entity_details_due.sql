-- One row per collection, or per project, whose detail has to be asked for, most wanted first.
--
-- Only those of the listings that are followed now. One is due when a listing shows it and its detail is not held
-- (new), when the listings show it otherwise than when it was last asked for or Figshare named it as modified since
-- (changed), when a complete reading does not show it any more, to learn whether it is withdrawn (unlisted), when it
-- was withdrawn and is shown again (returned), and when it was not asked for for long (aged), since some changes move
-- no date. So that not all are due together again, each has a different age limit, between half of the greatest age and
-- all of it. What failed last time comes last. What was asked for in this refresh is not due again in it.
--
-- parameters:
--   entity_type: collection or project.
--   listings: names of the listings that are followed now.
--   started_at: when this refresh started (UTC).
--   now: the time now (UTC); what was asked for later than that was so by a clock that was wrong.
--   max_age_days: every detail is asked for again after so many days at the latest.
--   undated_max_age_days: the same where Figshare does not say when it was modified, and for what is not listed.
--
-- columns:
--   entity_id: Figshare's id of it.
--   reason: new, changed, unlisted, returned or aged.
--   listed_mark: a digest of what the listings show of it; NULL where none does.
--   is_held: whether its detail is held whole.
--   known_version: the version whose list of versions is held; NULL when none is.
--   version_count: how many versions are held; NULL when none is.
--   article_count: how many articles of it are held; NULL when not known.
--   missing_since: when it was found withdrawn (UTC); NULL when it was not.
--   failed_at: when asking for it last failed (UTC); NULL where it did not since it was last read.

with
listings as (select * from figshare.entity_listings where list_contains($listings, listing)),
checks as (select * from figshare.entity_checks where entity_type = $entity_type),

shown as (
    -- Ids of refreshes sort by time: what the last complete reading did not show has an older one.
    select
        listed_entities.entity_id,
        bool_or(listed_entities.refresh_id >= listings.refresh_id) as is_shown,
        bool_or(listed_entities.modified_date is not null or listings.changes_known_to is not null) as is_dated,
        arg_max(
            md5(
                concat_ws(
                    '|',
                    listed_entities.title,
                    listed_entities.doi,
                    listed_entities.published_date,
                    listed_entities.created_date,
                    listed_entities.modified_date,
                    listed_entities.timeline
                )
            ),
            listed_entities.refresh_id
        ) as mark
    from figshare.listed_entities
    inner join listings on listed_entities.listing = listings.listing
    where listed_entities.entity_type = $entity_type
    group by listed_entities.entity_id
),

held as (
    select
        collection_id as entity_id,
        version,
        version_count,
        article_count
    from figshare.collections
    where $entity_type = 'collection'
    union all
    select
        project_id as entity_id,
        cast(null as bigint) as version,
        cast(null as bigint) as version_count,
        article_count
    from figshare.projects
    where $entity_type = 'project'
),

failures as (
    select
        cast(regexp_extract(path, '^/(?:collection|project)s/([0-9]+)', 1) as bigint) as entity_id,
        max(failed_at) as failed_at
    from figshare.failed_requests
    where regexp_matches(path, '^/' || $entity_type || 's/[0-9]{1,18}(/[a-z]+)?$')
    group by all
),

compared as (
    select
        shown.entity_id,
        case when shown.is_shown then shown.mark end as listed_mark,
        checks.entity_id is not null and held.entity_id is not null as is_held,
        case when held.version_count is not null then held.version end as known_version,
        held.version_count,
        held.article_count,
        checks.missing_since,
        case
            when failures.failed_at > coalesce(checks.checked_at, timestamp 'epoch') then failures.failed_at
        end as failed_at,
        case
            when checks.checked_at between $started_at and $now then null
            when checks.entity_id is null and not shown.is_shown then null
            when checks.entity_id is null then 'new'
            when checks.missing_since is not null and not shown.is_shown then null
            when
                checks.missing_since is not null
                and (
                    coalesce(checks.listed_mark, '') <> shown.mark
                    -- Not found once while it is listed can be a mistake; twice it is believed.
                    or checks.checked_at = checks.missing_since
                    or checks.checked_at < $started_at - to_seconds(86400.0 * $undated_max_age_days)
                )
                then 'returned'
            when checks.missing_since is not null then null
            when not shown.is_shown and checks.listed_mark is not null then 'unlisted'
            when coalesce(checks.listed_mark, '') <> if(shown.is_shown, shown.mark, '') then 'changed'
            when
                checks.checked_at < $started_at - to_seconds(
                    86400.0
                    * if(
                        shown.is_shown and shown.is_dated,
                        $max_age_days,
                        least($max_age_days, $undated_max_age_days)
                    )
                    * (0.5 + (hash(shown.entity_id) % 1000) / 2000.0)
                )
                then 'aged'
        end as reason
    from shown
    left join checks on shown.entity_id = checks.entity_id
    left join held on shown.entity_id = held.entity_id
    left join failures on shown.entity_id = failures.entity_id
)

select
    entity_id,
    reason,
    listed_mark,
    is_held,
    known_version,
    version_count,
    article_count,
    missing_since,
    failed_at
from compared
where reason is not null
order by failed_at asc nulls first, reason = 'aged' asc, entity_id desc
