-- One row per loaded article, withdrawn ones too, with its dates and the group that its record names.
--
-- columns:
--   article_id: Figshare's id of the article.
--   group_id: Group that the article's own record names; NULL when it names none.
--   published_on: Day (UTC) it was first public: first online, else published, else posted.
--   first_online_at: When it was first online (UTC).
--   posted_at: When the latest version was posted (UTC).
--   published_at: When the latest version was published (UTC).
--   created_at: When the latest version was created (UTC).
--   modified_at: When it was last modified (UTC).
--   version: Number of the latest public version.

select
    article_id,
    nullif(group_id, 0) as group_id,
    staging.published_on(timeline_first_online, published_date, timeline_posted) as published_on,
    timeline_first_online as first_online_at,
    timeline_posted as posted_at,
    published_date as published_at,
    created_date as created_at,
    modified_date as modified_at,
    version
from figshare.articles
