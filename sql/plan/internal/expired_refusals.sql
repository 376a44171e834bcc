-- One row per record and token that was refused it, or did not find it, and last asked for it, before a time.
--
-- parameters:
--   before: the time (UTC).
--
-- columns:
--   part: what was asked for.
--   record_id: the record.
--   token_mark: the token.

select
    part,
    record_id,
    token_mark
from figshare_internal.refusals
where refused_at < $before
