-- One row per article and field of which reports will show another value, now that it was read
-- again, as it is to be loaded into article_changes.
--
-- `fetched_articles` are the articles that were read, and `fetched_old` and `fetched_new` their
-- values as the warehouse holds them and as they were read (article_values, article_lists). An
-- article that was never read before has no changes, nor has what is not known on either side.
-- Capitals do not matter in DOIs and tags.
--
-- Changes are loaded before what was read takes the old rows' place. So where a load was broken off
-- the last value that was noted goes before the one that is held, and what such a load left half
-- done is neither reported twice nor lost.
--
-- parameters:
--   refresh_id: the refresh that asks.
--
-- columns:
--   article_id: the article.
--   field: what changed.
--   changed_at: when the new value was read (UTC).
--   old_read_at: when the old value was last read (UTC).
--   old_value: the old value as text; NULL when there was none.
--   new_value: the new value as text; NULL when there is none.
--   refresh_id: the refresh that found it.

with
held as (
    select
        articles.article_id,
        articles.fetched_at,
        greatest(articles.fetched_at, article_checks.checked_at) as read_at,
        loads.load_id is not null as is_whole
    from figshare.articles as articles
    semi join fetched_articles on articles.article_id = fetched_articles.article_id
    left join figshare.article_checks as article_checks
        on articles.article_id = article_checks.article_id
    left join figshare._dlt_loads as loads
        on articles._dlt_load_id = loads.load_id and loads.status = 0
),

last_notes as (
    select
        article_id,
        field,
        changed_at,
        new_value
    from figshare.article_changes
    where article_id in (select held.article_id from held)
    qualify row_number() over (partition by article_id, field order by changed_at desc) = 1
),

compared as (
    select
        new_values.article_id,
        new_values.field,
        fetched_articles.fetched_at as changed_at,
        greatest(held.read_at, last_notes.changed_at) as old_read_at,
        last_notes.article_id is not null
        and not (old_values.is_known and held.is_whole and last_notes.changed_at <= held.fetched_at)
            as is_noted,
        old_values.is_known,
        old_values.value as held_value,
        last_notes.new_value as noted_value,
        new_values.value as new_value
    from fetched_new as new_values
    inner join fetched_old as old_values
        on
            new_values.article_id = old_values.article_id
            and new_values.field = old_values.field
    inner join fetched_articles on new_values.article_id = fetched_articles.article_id
    inner join held on new_values.article_id = held.article_id
    left join last_notes
        on
            new_values.article_id = last_notes.article_id
            and new_values.field = last_notes.field
    where new_values.is_known
),

changes as (
    select
        article_id,
        field,
        changed_at,
        old_read_at,
        case when is_noted then noted_value else held_value end as old_value,
        new_value,
        $refresh_id as refresh_id
    from compared
    where is_known or is_noted
)

select * from changes
where
    case
        when field in ('doi', 'resource_doi', 'tags')
            then lower(old_value) is distinct from lower(new_value)
        else old_value is distinct from new_value
    end
