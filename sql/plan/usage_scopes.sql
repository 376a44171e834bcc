-- One row per part of the Stats API that was asked before, with how it answered.
--
-- columns:
--   scope: a portal's name, public, or elsewhere.
--   kind: what is asked for there.
--   entity_type: of what.
--   state: open or denied.
--   credentials: a mark of the credentials that it was asked with.
--   asked_at: when (UTC).
--   message: what Figshare said; NULL when open.

select
    scope,
    kind,
    entity_type,
    state,
    credentials,
    asked_at,
    message
from figshare.usage_scopes
