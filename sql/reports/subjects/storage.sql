-- One row per scope and item type of its articles: the files that they hold.
--
-- Each file of the articles' latest versions counts once, though it be in several articles of the row. Files that only
-- older versions held are not loaded and not counted. Articles whose list of files is not known are counted apart, and
-- what they say of their size too. Files are counted by row, so one that lies in articles of two item types counts with
-- both. Scopes overlap: choose one, or one kind of them, before adding up. A scope without any such article has no row.
-- For what storage a group uses.
--
-- key: scope_id, item_type
-- columns:
--   institution_id: The institution; NULL for a search.
--   item_type: Figshare's name of the item type; NULL when not known.
--   article_count: Articles of the scope that are loaded.
--   file_count: Different files, those that are only linked too; 0 when there are none.
--   size_bytes: Size of the files in bytes; linked ones count 0.
--   unknown_files_size_bytes: Size in bytes that those articles say they have; 0 when they say none.

with
files as (
    select
        scope_usage.scope_id,
        scope_usage.item_type,
        max(article_files.size_bytes) as size_bytes,
        max(case when article_files.is_link_only then 1 end) as linked
    from intermediate.int_scope_usage as scope_usage
    inner join staging.stg_article_files as article_files on scope_usage.article_id = article_files.article_id
    group by scope_usage.scope_id, scope_usage.item_type, article_files.file_key
),

file_sums as (
    select
        scope_id,
        item_type,
        count(*) as file_count,
        count(linked) as linked_file_count,
        sum(size_bytes) as size_bytes
    from files
    group by scope_id, item_type
),

article_sums as (
    select
        scope_id,
        scope,
        institution_id,
        group_id,
        scope_name,
        item_type,
        count(*) as article_count,
        count(*) - count(file_count) as unknown_files_article_count,
        sum(case when file_count is null then size_bytes end) as unknown_files_size_bytes
    from intermediate.int_scope_usage
    group by scope_id, scope, institution_id, group_id, scope_name, item_type
)

select
    article_sums.scope_id,
    article_sums.scope,
    article_sums.institution_id,
    article_sums.group_id,
    article_sums.scope_name,
    article_sums.item_type,
    article_sums.article_count,
    coalesce(file_sums.file_count, 0) as file_count,
    coalesce(file_sums.linked_file_count, 0) as linked_file_count,
    cast(coalesce(file_sums.size_bytes, 0) as bigint) as size_bytes,
    article_sums.unknown_files_article_count,
    cast(coalesce(article_sums.unknown_files_size_bytes, 0) as bigint) as unknown_files_size_bytes
from article_sums
left join file_sums
    on
        article_sums.scope_id = file_sums.scope_id
        and coalesce(article_sums.item_type, '') = coalesce(file_sums.item_type, '')
