-- One row per kind of record that is loaded: articles, authorships, collections, files, groups and projects.
--
-- Counted is everything that was ever loaded, articles that are listed no more among it; the other reports leave those
-- out. For seeing what a refresh did.
--
-- key: kind
-- columns:
--   kind: articles, authorships, collections, files, groups or projects.
--   record_count: Records loaded.
--   oldest_read_at: When the oldest of them was read (UTC); NULL when none is, or not kept.
--   newest_read_at: When the newest of them was read (UTC); NULL when none is, or not kept.

select
    'articles' as kind,
    count(*) as record_count,
    min(fetched_at) as oldest_read_at,
    max(fetched_at) as newest_read_at
from figshare.articles
union all
select
    'authorships' as kind,
    count(*) as record_count,
    cast(null as timestamp) as oldest_read_at,
    cast(null as timestamp) as newest_read_at
from figshare.article_authors
union all
select
    'files' as kind,
    count(*) as record_count,
    cast(null as timestamp) as oldest_read_at,
    cast(null as timestamp) as newest_read_at
from figshare.article_files
union all
select
    'groups' as kind,
    count(*) as record_count,
    cast(null as timestamp) as oldest_read_at,
    cast(null as timestamp) as newest_read_at
from figshare.groups
union all
select
    'collections' as kind,
    count(*) as record_count,
    min(fetched_at) as oldest_read_at,
    max(fetched_at) as newest_read_at
from figshare.collections
union all
select
    'projects' as kind,
    count(*) as record_count,
    min(fetched_at) as oldest_read_at,
    max(fetched_at) as newest_read_at
from figshare.projects
