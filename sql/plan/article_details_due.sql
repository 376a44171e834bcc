-- One row per article whose detail has to be asked for, most wanted first.
--
-- Only articles of the listings that are followed now, and those that are followed by themselves. An article is due
-- when a listing shows it and the warehouse does not hold its detail (new), holds it from a load that was broken off
-- (interrupted), holds it without its list of files or versions, which failed (incomplete), holds an older state than
-- the listing shows (new version, changed, moved), or knows it as withdrawn (returned); when a complete reading of a
-- listing did not show it any more, to learn whether it is withdrawn (unlisted); when its embargo was to end since it
-- was last asked for (embargo ended); when no listing that is read now shows it, so that only its detail says whether
-- it changed (followed); and when its detail was not asked for for long (aged), since some changes move no date. So
-- that not all that were loaded together are due together again, each article has a different age limit, between half
-- of the greatest age and all of it. An article that was requested in this refresh is not due again in it.
--
-- parameters:
--   started_at: when this refresh started (UTC).
--   now: the time now (UTC); what was asked for later than that was so by a clock that was wrong.
--   listings: names of the listings that are followed now.
--   article_ids: articles that are followed by themselves.
--   max_age_days: every detail is asked for again after so many days at the latest.
--   undated_max_age_days: the same where listing or detail do not say when it was modified.
--
-- columns:
--   article_id: the article.
--   reason: new, interrupted, new version, changed, moved, incomplete, returned, unlisted, embargo ended, followed or
--     aged.
--   known_version: the latest version whose list of versions is known; NULL when none is.
--   etag: version tag to ask with; NULL when it must be read anyhow or none is known.
--   listed_date: the latest date that the listings show of it (UTC).
--   withdrawn_at: when it was found withdrawn (UTC); NULL when it is not.
--   listed_group_id: the group that the listings put it in; NULL when none.
--   is_shown: whether the last complete reading of a listing shows it, or it is followed by itself.
--   is_held: whether a listing ever showed it, or its detail is held: not of an id that may be wrong.
--   version: its latest version when last read; NULL when not known.
--   file_count: files of that version that are held; NULL when not known.
--   size: total size of that version's files in bytes as Figshare said; NULL when not known.
--   api_version: the version of Figshare's API that its institution is on, or that last listed it; NULL when not known.

with
listed_articles as (select * from figshare.listed_articles where left_at is null),
listings as (select * from figshare.listings where list_contains($listings, listing)),
followed_ids as (select unnest(cast($article_ids as bigint[])) as article_id),

withdrawals as (
    -- One that ended, though that is not noted yet, since its refresh was killed, is none.
    select withdrawals.*
    from figshare.withdrawals as withdrawals
    left join figshare.articles on withdrawals.article_id = articles.article_id
    where
        withdrawals.returned_at is null
        and (articles.article_id is null or articles.fetched_at <= withdrawals.checked_at)
),

api_versions as (
    select
        institution_id,
        arg_max(api_version, found_at) as api_version
    from figshare.api_versions
    group by institution_id
),

whole_loads as (
    select load_id from figshare._dlt_loads
    where status = 0
),

shown as (
    -- Ids of refreshes sort by time: what the last complete reading did not show has an older one.
    select
        listed_articles.article_id,
        bool_or(listed_articles.refresh_id >= listings.refresh_id) as is_shown,
        -- Of an institution all articles are on the same version, though another one listed them before.
        coalesce(
            max(api_versions.api_version), arg_max(listed_articles.api_version, listed_articles.refresh_id)
        ) as api_version,
        max(listed_articles.published_date) filter (
            where listed_articles.refresh_id >= listings.refresh_id
        ) as published_date,
        max(listed_articles.modified_date) filter (
            where listed_articles.refresh_id >= listings.refresh_id
        ) as modified_date,
        max(greatest(listed_articles.published_date, listed_articles.modified_date)) filter (
            where listed_articles.refresh_id >= listings.refresh_id
        ) as listed_date,
        max(listed_articles.group_id) filter (where listed_articles.refresh_id >= listings.refresh_id) as group_id,
        bool_or(
            listed_articles.refresh_id < listings.refresh_id
            and listings.search is null
            and listed_articles.missed_at is null
        ) as is_missed,
        max(listings.completed_at) filter (where listed_articles.refresh_id < listings.refresh_id) as missed_since
    from listed_articles
    inner join listings on listed_articles.listing = listings.listing
    left join api_versions on listings.institution_id = api_versions.institution_id
    group by listed_articles.article_id
),

listed as (
    select
        coalesce(shown.article_id, followed_ids.article_id) as article_id,
        coalesce(shown.is_shown, false) or followed_ids.article_id is not null as is_shown,
        shown.article_id is not null as is_listed,
        followed_ids.article_id is not null and not coalesce(shown.is_shown, false) as is_alone,
        shown.api_version,
        shown.published_date,
        shown.modified_date,
        shown.listed_date,
        shown.group_id,
        shown.is_missed,
        shown.missed_since
    from shown
    full join followed_ids on shown.article_id = followed_ids.article_id
),

checks as (
    select
        article_checks.article_id,
        article_checks.etag,
        coalesce(article_checks.api_version, 'v2') as api_version,
        article_checks.listed_date,
        article_checks.listed_group_id,
        article_checks.checked_at
    from figshare.article_checks
    inner join whole_loads on article_checks._dlt_load_id = whole_loads.load_id
),

versions as (
    select
        article_versions.article_id,
        max(article_versions.version) as known_version
    from figshare.article_versions
    inner join whole_loads on article_versions._dlt_load_id = whole_loads.load_id
    group by article_versions.article_id
),

known as (
    select
        articles.article_id,
        articles.published_date,
        articles.modified_date,
        articles.group_id,
        articles.version,
        case when whole_loads.load_id is not null then articles.file_count end as file_count,
        articles.size,
        articles.fetched_at,
        case
            when articles.is_embargoed
                then cast(cast(articles.embargo_date as date) + 1 as timestamp)
        end as embargo_ended_at,
        whole_loads.load_id is not null as is_whole,
        greatest(articles.fetched_at, checks.checked_at) as asked_at,
        checks.listed_date,
        checks.listed_group_id,
        checks.api_version,
        -- A detail shows ten files at most: with so many its tag may not tell of the others.
        case
            when articles.version = versions.known_version and coalesce(articles.file_count, 0) < 10
                then checks.etag
        end as etag
    from figshare.articles
    left join whole_loads on articles._dlt_load_id = whole_loads.load_id
    left join checks on articles.article_id = checks.article_id
    left join versions on articles.article_id = versions.article_id
),

news as (
    -- A listing that says something else than the detail for ever is not believed at each refresh:
    -- what it says is news once, and again after some days.
    select
        listed.article_id,
        coalesce(listed.listed_date, timestamp 'epoch') <> coalesce(known.listed_date, timestamp 'epoch')
        or coalesce(listed.group_id, 0) <> coalesce(known.listed_group_id, 0)
        or known.asked_at < $started_at - to_seconds(86400.0 * $undated_max_age_days) as is_news
    from listed
    inner join known on listed.article_id = known.article_id
),

own_ages as (
    select
        listed.article_id,
        case
            when listed.modified_date is null or known.modified_date is null
                then least($max_age_days, $undated_max_age_days)
            else $max_age_days
        end * (0.5 + (hash(listed.article_id) % 1000) / 2000.0) as max_age_days
    from listed
    inner join known on listed.article_id = known.article_id
),

failures as (
    select
        article_id,
        max(failed_at) as failed_at,
        max(failed_at) filter (
            where regexp_matches(path, '^/(articles|items)/[0-9]+/(files|versions)$')
        ) as list_failed_at
    from figshare.failed_requests
    where article_id is not null
    group by article_id
),

compared as (
    select
        listed.article_id,
        listed.published_date,
        listed.listed_date,
        listed.group_id as listed_group_id,
        listed.is_shown,
        listed.is_listed or known.article_id is not null or withdrawals.article_id is not null as is_held,
        coalesce(listed.api_version, known.api_version) as api_version,
        withdrawals.withdrawn_at,
        versions.known_version,
        -- A tag is of the version of the API that gave it.
        case when known.api_version = coalesce(listed.api_version, known.api_version) then known.etag end as etag,
        known.version,
        known.file_count,
        known.size,
        -- What failed last time comes last, so that it does not keep the rest waiting for ever.
        coalesce(failures.failed_at > coalesce(known.asked_at, timestamp 'epoch'), false) as has_failed,
        case
            when
                greatest(known.asked_at, withdrawals.checked_at) between $started_at and $now
                then null
            when withdrawals.article_id is not null and not listed.is_shown then null
            when withdrawals.reason = 'gone from the listing' then 'returned'
            when listed.listed_date <> withdrawals.listed_date then 'returned'
            -- Not found once while it is listed can be a mistake; twice it is believed.
            when withdrawals.checked_at = withdrawals.withdrawn_at then 'returned'
            when
                withdrawals.checked_at < $started_at - to_seconds(86400.0 * $undated_max_age_days)
                then 'aged'
            when withdrawals.article_id is not null then null
            when known.article_id is null and not listed.is_shown then null
            when known.article_id is null then 'new'
            when not known.is_whole then 'interrupted'
            when news.is_news and listed.published_date > known.published_date then 'new version'
            when news.is_news and listed.modified_date > known.modified_date then 'changed'
            when news.is_news and listed.group_id <> coalesce(known.group_id, 0) then 'moved'
            when listed.is_shown and failures.list_failed_at >= known.fetched_at then 'incomplete'
            when listed.is_missed and known.asked_at < listed.missed_since then 'unlisted'
            -- From the day after: when on its last day it ends is not documented.
            when
                known.embargo_ended_at > known.asked_at and known.embargo_ended_at <= $started_at
                then 'embargo ended'
            when listed.is_alone and known.asked_at < $started_at then 'followed'
            when known.asked_at < $started_at - to_seconds(86400.0 * own_ages.max_age_days)
                then 'aged'
        end as reason
    from listed
    left join known on listed.article_id = known.article_id
    left join versions on listed.article_id = versions.article_id
    left join withdrawals on listed.article_id = withdrawals.article_id
    left join news on listed.article_id = news.article_id
    left join failures on listed.article_id = failures.article_id
    left join own_ages on listed.article_id = own_ages.article_id
)

select
    article_id,
    reason,
    known_version,
    -- What is withdrawn needs its detail again to be back.
    case
        when reason in ('unlisted', 'embargo ended', 'followed', 'aged') and withdrawn_at is null then etag
    end as etag,
    listed_date,
    listed_group_id,
    is_shown,
    is_held,
    withdrawn_at,
    version,
    file_count,
    size,
    api_version
from compared
where reason is not null
order by has_failed asc, reason = 'aged' asc, published_date desc nulls last, article_id asc
