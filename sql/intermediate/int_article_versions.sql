-- One row per article and public version of it, of all articles that were read.
--
-- Figshare says when a version was published only of the latest one. The first one was when the article was first
-- online, where the record says that; others are known where they were read while they were the latest.
--
-- key: article_id, version
-- columns:
--   article_id: Figshare's id of the article.
--   version: Number of the version, from 1.
--   is_latest: Whether it is the one that the record is of.
--   published_on: Day (UTC) the version was published; NULL when not known.
--   url: Address of the version's record in Figshare's API; NULL when not given.

with
numbered_changes as (
    select
        versions.article_id,
        try_cast(versions.old_value as bigint) as version,
        max(cast(try_cast(dates.old_value as timestamp) as date)) as published_on
    from figshare.article_changes as versions
    inner join figshare.article_changes as dates
        on
            versions.article_id = dates.article_id
            and versions.changed_at = dates.changed_at
            and dates.field = 'published_at'
    where versions.field = 'version'
    group by versions.article_id, try_cast(versions.old_value as bigint)
)

select
    article_versions.article_id,
    article_versions.version,
    article_versions.version = records.version as is_latest,
    case
        when article_versions.version = 1 and records.first_online_at is not null
            then cast(records.first_online_at as date)
        when article_versions.version = records.version then cast(records.published_at as date)
        else numbered_changes.published_on
    end as published_on,
    staging.blank_to_null(article_versions.url) as url
from figshare.article_versions
inner join intermediate.int_article_records as records on article_versions.article_id = records.article_id
left join numbered_changes
    on
        article_versions.article_id = numbered_changes.article_id
        and article_versions.version = numbered_changes.version
