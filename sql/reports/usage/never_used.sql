-- One row per institution and article that it currently lists and that was never used: neither viewed nor downloaded
-- since the beginning.
--
-- Here are only articles of which Figshare said so: one whose views or downloads are not known is left out. Figshare's
-- own counts, not COUNTER's. An article without files, under embargo or with downloading switched off cannot be
-- downloaded; the columns tell. For what needs a better title or description, or is not found at all.
--
-- key: institution_id, article_id
-- columns:
--   group_id: Group it lies in; NULL when in none.
--   is_metadata_record: Whether it is a record without files; NULL when not known.
--   is_embargoed: Whether an embargo is in force; NULL when not known.
--   usage_as_of: When its views and downloads were last known, the earlier of the two (UTC).

select
    institution_id,
    article_id,
    title,
    url,
    item_type,
    group_id,
    group_name,
    published_on,
    file_count,
    is_metadata_record,
    is_embargoed,
    is_download_disabled,
    usage_as_of
from reports.articles
where views = 0 and downloads = 0
