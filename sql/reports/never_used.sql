-- One row per institution and article that it currently lists and that was never used: neither viewed nor downloaded
-- since the beginning.
--
-- Here are only articles of which Figshare said so: one whose views or downloads are not known is left out. Figshare's
-- own counts, not COUNTER's. An article without files, under embargo or with downloading switched off cannot be
-- downloaded; the columns tell. For what needs a better title or description, or is not found at all.
--
-- key: institution_id, article_id
-- columns:
--   institution_id: Figshare's id of the institution.
--   article_id: Figshare's id of the article.
--   title: Title as plain text.
--   url: Address of the public page.
--   item_type: Figshare's name of the item type.
--   group_id: Group it lies in; NULL when in none.
--   group_name: Name of that group; NULL when in none or not known.
--   published_on: Day (UTC) it was first public; NULL when not known.
--   file_count: Files of the latest version; NULL when the list is not known, as under an embargo or when it failed.
--   is_metadata_record: Whether it is a record without files; NULL when not known.
--   is_embargoed: Whether an embargo is in force; NULL when not known.
--   is_download_disabled: Whether downloading is switched off; NULL when not known.
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
