-- One row per part of the Stats API that is not open.
--
-- columns:
--   scope: a portal's name, public, or elsewhere.
--   kind: what is asked for there.
--   entity_type: of what.
--   state: denied or unusable.
--   asked_at: when that was found (UTC).
--   message: what was found, in a sentence.

select
    scope,
    kind,
    entity_type,
    state,
    asked_at,
    message
from operations.usage_scopes
where state <> 'open'
order by scope, kind, entity_type
