-- One row where this token ever read records of a part one by one.
--
-- parameters:
--   part: the part.
--   token_mark: the token.
--
-- columns:
--   completed_at: when it last did (UTC).

select completed_at
from figshare_internal.readings
where part = $part and token_mark = $token_mark and record_count > 0
