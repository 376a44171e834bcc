-- One row per collection or project that was read before and that Figshare now names as modified since, as it is to be
-- loaded into entity_checks: due until it is read again.
--
-- `fetched` are its ids, in the column entity_id.
--
-- parameters:
--   entity_type: collection or project.
--
-- columns:
--   entity_type: what it is.
--   entity_id: Figshare's id of it.
--   listed_mark: `modified`.
--   checked_at: when it was last asked for (UTC).
--   missing_since: when it was found withdrawn (UTC); NULL when it was not.

select
    entity_type,
    entity_id,
    'modified' as listed_mark,
    checked_at,
    missing_since
from figshare.entity_checks
where entity_type = $entity_type and entity_id in (select fetched.entity_id from fetched)
