-- One row: records that are not known to be gone, and that only an older token saw, in lists that a refresh read to
-- their end.
--
-- parameters:
--   token_mark: the token.
--   refresh_id: the refresh.
--
-- columns:
--   record_count: the records.

with
gone as (
    select account_id
    from figshare_internal.account_leavings
    where returned_at is null
),

seen as (
    select
        'accounts' as part,
        accounts.token_mark
    from figshare_internal.accounts as accounts
    left join gone on accounts.account_id = gone.account_id
    where gone.account_id is null
    union all
    select
        'reviews' as part,
        token_mark
    from figshare_internal.reviews
    where left_at is null
    union all
    select
        part,
        token_mark
    from figshare_internal.listed_articles
    where left_at is null
)

select count(*) as record_count
from seen
inner join figshare_internal.readings as readings on seen.part = readings.part
where readings.refresh_id = $refresh_id and seen.token_mark <> $token_mark
