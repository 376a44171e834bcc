-- One row per scope and type of file, by the ending of the file's name.
--
-- Each file of the articles' latest versions counts once in its row, though it be in several articles. Scopes overlap:
-- choose one, or one kind of them, before adding up. A scope without any such article has no row. For what formats have
-- to be kept readable.
--
-- key: scope_id, file_extension
-- columns:
--   institution_id: The institution; NULL for a search.
--   file_extension: What follows the last dot of the name, in lower case; NULL when the name has none.
--   file_count: Different files of the type, those that are only linked too.
--   article_count: Articles that hold a file of the type.
--   size_bytes: Size of the files in bytes; linked ones count 0; NULL when none is known.

with
scope_articles as (select * from intermediate.int_scope_articles),
article_files as (select * from staging.stg_article_files),

scope_files as (
    select
        scope_articles.scope_id,
        article_files.file_extension,
        max(article_files.size_bytes) as size_bytes,
        max(case when article_files.is_link_only then 1 end) as linked
    from scope_articles
    inner join article_files on scope_articles.article_id = article_files.article_id
    group by scope_articles.scope_id, article_files.file_extension, article_files.file_key
),

file_sums as (
    select
        scope_id,
        file_extension,
        count(*) as file_count,
        count(linked) as linked_file_count,
        cast(sum(size_bytes) as bigint) as size_bytes
    from scope_files
    group by scope_id, file_extension
),

article_counts as (
    select
        scope_articles.scope_id,
        article_files.file_extension,
        count(distinct scope_articles.article_id) as article_count
    from scope_articles
    inner join article_files on scope_articles.article_id = article_files.article_id
    group by scope_articles.scope_id, article_files.file_extension
),

sums as (
    select
        file_sums.scope_id,
        file_sums.file_extension,
        file_sums.file_count,
        file_sums.linked_file_count,
        article_counts.article_count,
        file_sums.size_bytes
    from file_sums
    inner join article_counts
        on
            file_sums.scope_id = article_counts.scope_id
            and coalesce(file_sums.file_extension, '') = coalesce(article_counts.file_extension, '')
)

select
    scopes.scope_id,
    scopes.scope,
    scopes.institution_id,
    scopes.group_id,
    scopes.scope_name,
    counted.file_extension,
    counted.file_count,
    counted.linked_file_count,
    counted.article_count,
    counted.size_bytes
from sums as counted
inner join intermediate.int_scopes as scopes on counted.scope_id = scopes.scope_id
