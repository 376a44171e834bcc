-- One row per part that is not asked for: the same token was refused it, not long ago.
--
-- parameters:
--   token_mark: the token.
--   since: from when on a refusal holds (UTC).
--
-- columns:
--   part: the part.
--   status: the HTTP status of the refusal.
--   asked_at: when it was refused (UTC).

select
    part,
    status,
    asked_at
from figshare_internal.rights
where token_mark = $token_mark and allowed_at is null and asked_at >= $since
