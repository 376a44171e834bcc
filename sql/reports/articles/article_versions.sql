-- One row per article and public version of it, of all articles that were read, withdrawn ones too.
--
-- Figshare says when a version was published only of the latest one. The first one was when the article was first
-- online, where the record says that; others are known where they were read while they were the latest. For listing and
-- counting versions.
--
-- key: article_id, version
-- columns:
--   version: Number of the version, from 1.
--   is_latest: Whether it is the one that the other reports show.
--   published_on: Day (UTC) the version was published; NULL when not known.
--   url: Address of the version's record in Figshare's API.

select
    article_id,
    version,
    is_latest,
    published_on,
    url
from intermediate.int_article_versions
