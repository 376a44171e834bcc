-- One row per item and file of its latest version.
--
-- For dashboards: join by `article_id` to reports.article_main.
--
-- key: article_id, position
-- columns:
--   article_id: The item: reports.article_main.article_id.
--   position: The place among the item's files, from 1.
--   file_id: Figshare's id of the file; NULL when not given.
--   file_name: File name; NULL when there is none.
--   file_extension: Ending of the name, in lower case; NULL when it has none.
--   mime_type: MIME type; NULL in older answers.
--   size_bytes: Size in bytes; 0 for files that are only linked; NULL when not known.
--   md5: MD5 that Figshare computed, else the one that the uploader gave; NULL when there is none, as for linked files.
--   is_link_only: Whether the file lies elsewhere and is only linked; NULL when not known.
--   download_url: Address of the file; NULL when there is none.

select
    items.article_id,
    article_files.position,
    article_files.file_id,
    article_files.file_name,
    article_files.file_extension,
    article_files.mime_type,
    article_files.size_bytes,
    article_files.md5,
    article_files.is_link_only,
    article_files.download_url
from reports.article_main as items
inner join staging.stg_article_files as article_files on items.article_id = article_files.article_id
