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
--   scope_id: What is counted, under one name: `institution 1`, `institution 1 group 2`, `institution 1 group 2 with
--     subgroups`, `institution 1 no group` or `search NAME`.
--   scope: Its kind: institution, group (by itself), group_with_subgroups, no_group (articles of the institution in no
--     group) or search.
--   institution_id: The institution; NULL for a search.
--   group_id: The group; NULL where the scope is no group.
--   scope_name: Name of the institution, group or search; NULL when not known and for no_group.
--   item_type: Figshare's name of the item type; NULL when not known.
--   article_count: Articles of the scope that are loaded.
--   file_count: Different files, those that are only linked too; 0 when there are none.
--   linked_file_count: Those of them that lie elsewhere and are only linked.
--   size_bytes: Size of the files in bytes; linked ones count 0.
--   unknown_files_article_count: Articles whose list of files is not known.
--   unknown_files_size_bytes: Size in bytes that those articles say they have; 0 when they say none.

with
scope_articles as (select * from intermediate.int_scope_articles),
articles as (select * from intermediate.int_articles),

article_sums as (
    select
        scope_articles.scope_id,
        articles.item_type,
        count(*) as article_count,
        count(case when articles.file_count is null then 1 end) as unknown_files_article_count,
        sum(
            case when articles.file_count is null then articles.size_bytes end
        ) as unknown_files_size_bytes
    from scope_articles
    inner join articles on scope_articles.article_id = articles.article_id
    group by scope_articles.scope_id, articles.item_type
),

different_files as (
    select
        scope_articles.scope_id,
        articles.item_type,
        max(article_files.size_bytes) as size_bytes,
        max(case when article_files.is_link_only then 1 end) as linked
    from scope_articles
    inner join articles on scope_articles.article_id = articles.article_id
    inner join staging.stg_article_files as article_files on articles.article_id = article_files.article_id
    group by scope_articles.scope_id, articles.item_type, article_files.file_key
),

file_sums as (
    select
        scope_id,
        item_type,
        count(*) as file_count,
        count(linked) as linked_file_count,
        sum(size_bytes) as size_bytes
    from different_files
    group by scope_id, item_type
),

sums as (
    select
        article_sums.scope_id,
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
)

select
    scopes.scope_id,
    scopes.scope,
    scopes.institution_id,
    scopes.group_id,
    scopes.scope_name,
    counted.item_type,
    counted.article_count,
    counted.file_count,
    counted.linked_file_count,
    counted.size_bytes,
    counted.unknown_files_article_count,
    counted.unknown_files_size_bytes
from sums as counted
inner join intermediate.int_scopes as scopes on counted.scope_id = scopes.scope_id
