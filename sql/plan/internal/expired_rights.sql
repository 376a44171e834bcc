-- One row per part and token that was refused it, and last asked for it, before a time.
--
-- parameters:
--   before: the time (UTC).
--
-- columns:
--   part: the part.
--   token_mark: the token.

select
    part,
    token_mark
from figshare_internal.rights
where asked_at < $before
