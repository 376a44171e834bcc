-- One row per loaded article and file of its latest version.
--
-- columns:
--   article_id: The article.
--   position: The place in the article's list of files, from 1.
--   file_id: Figshare's id of the file; the same one in all versions that hold the file.
--   file_key: The same, or, for a file without an id, which is always a separate file, a number below 0.
--   file_name: File name; NULL when there is none.
--   file_extension: What follows the last dot of the name, in lower case, at most 10 letters and digits; NULL when the
--     name has none.
--   mime_type: MIME type; NULL in older answers.
--   size_bytes: Size in bytes; 0 for files that are only linked; NULL when not known.
--   md5: MD5 that Figshare computed, else the one that the uploader gave; NULL when there is none, as for linked files.
--   is_link_only: Whether the file lies elsewhere and is only linked; NULL when not known.
--   download_url: Address of the file; NULL when there is none.
--   is_readme: Whether its name says that it explains the others (`readme`, in any capitals).

select
    article_id,
    position,
    nullif(file_id, 0) as file_id,
    coalesce(nullif(file_id, 0), -(article_id * 100000 + position)) as file_key,
    staging.blank_to_null(name) as file_name,
    nullif(lower(regexp_extract(trim(name), '[^.]\.([0-9A-Za-z]{1,10})$', 1)), '') as file_extension,
    staging.blank_to_null(mimetype) as mime_type,
    size as size_bytes,
    coalesce(staging.blank_to_null(computed_md5), staging.blank_to_null(supplied_md5)) as md5,
    is_link_only,
    staging.blank_to_null(download_url) as download_url,
    coalesce(regexp_matches(lower(name), '(^|[^a-z])read[ _-]?me([^a-z]|$)'), false) as is_readme
from figshare.article_files
