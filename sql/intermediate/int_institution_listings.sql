-- One row per institution of which a listing was ever read to its end: when it last was.
--
-- columns:
--   institution_id: The institution.
--   completed_at: When its listing was last read to its end (UTC): the whole institution's; when only groups are
--     followed, the earliest of theirs.
--   is_whole: Whether it is the whole institution's.

with
completions as (
    select
        institution_id,
        max(completed_at) filter (where nullif(group_id, 0) is null) as whole_completed_at,
        min(completed_at) as group_completed_at
    from figshare.listings
    where institution_id is not null
    group by institution_id
)

select
    institution_id,
    coalesce(whole_completed_at, group_completed_at) as completed_at,
    whole_completed_at is not null as is_whole
from completions
