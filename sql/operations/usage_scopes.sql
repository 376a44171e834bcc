-- One row per part of Figshare's Stats API that was asked, with how it answers.
--
-- Without a row a part was not asked yet. The credentials that it was asked with are not shown.
--
-- key: scope, kind, entity_type
-- columns:
--   scope: A portal's name, with its credentials; `public` for the institution's items without credentials;
--     `elsewhere` for items of others.
--   kind: What is asked for there, such as total, months or countries, or how that is answered: `top_absent` (what bulk
--     totals leave out has none), `top_months` (months of all items in one request), `long_months` (more than two years
--     in one request).
--   entity_type: article, author, collection, group or project.
--   state: `open`; `denied`; or `unusable`, answered but not in a way that can be relied on.
--   asked_at: When that was last found (UTC).
--   message: What Figshare said, or what was found, in a sentence; NULL when open.

select
    scope,
    kind,
    entity_type,
    state,
    asked_at,
    message
from figshare.usage_scopes
