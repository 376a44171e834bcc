-- One row per change of one article as the refreshes saw it: added, left, withdrawn, returned, regrouped, or one field
-- changed.
--
-- Nothing is taken back from this history but that something left, once it is listed again; so what was reported last
-- quarter can be compared. It left when the listings of institutions, or the searches that alone had found it, held it
-- no more, though Figshare still has it. The table macro reports.changes_since(time) gives what was found since a time
-- (UTC). When a listing is first read, all that it shows is added: `where not is_baseline` leaves out what was there
-- already. A change shows only when the article is read again: it happened between `old_read_at` and `changed_at`.
-- Lists (authors, tags, files …) are one field each, joined by `; `. A `modified_at` alone means that something changed
-- that is not compared.
--
-- key: article_id, kind, field, changed_at
-- columns:
--   institution_id: Figshare's id of the institution that lists it, or did last; NULL when none ever did.
--   title: Title as plain text, as now or when last read; as the listing gives it, which may hold HTML, when its record
--     was never read; NULL when not known.
--   group_id: Group it lies in now, or lay in when it was last read; NULL when in none.
--   published_on: Day (UTC) it was first public; NULL when its record was never read.
--   kind: added, left, changed, regrouped, withdrawn or returned.
--   field: What changed: title, doi, license, authors, group and so on; NULL unless the kind is changed or regrouped.
--   old_value: The old value as text, a group with its id; NULL when there was none.
--   new_value: The new value as text; the reason where it was withdrawn; NULL when there is none.
--   changed_at: When it was found (UTC).
--   old_read_at: When the old value was last read (UTC); NULL unless the kind is changed or regrouped.
--   is_baseline: Whether it was added when its listing or search was first read, so that it was there already, and did
--     not appear then. Of an article that several listings show, by the institution or group that first did.

select
    last_listings.institution_id,
    article_events.article_id,
    coalesce(records.title, last_listings.title) as title,
    coalesce(records.group_id, last_listings.group_id) as group_id,
    groups.group_name,
    records.published_on,
    article_events.kind,
    article_events.field,
    article_events.old_value,
    article_events.new_value,
    article_events.changed_at,
    article_events.old_read_at,
    article_events.is_baseline
from intermediate.int_article_events as article_events
left join intermediate.int_last_listings as last_listings on article_events.article_id = last_listings.article_id
left join intermediate.int_article_records as records on article_events.article_id = records.article_id
left join intermediate.int_groups as groups
    on
        last_listings.institution_id = groups.institution_id
        and coalesce(records.group_id, last_listings.group_id) = groups.group_id
