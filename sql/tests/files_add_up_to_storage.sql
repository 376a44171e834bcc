-- In a scope, the files of all types are no more than the files of all item types, and take no more space: a file in
-- articles of two item types counts twice in reports.storage.
--
-- columns:
--   scope_id: The scope.
--   type_file_count: Files in reports.files_by_type.
--   storage_file_count: Files in reports.storage.
--   type_size_bytes: Size of the former in bytes.
--   storage_size_bytes: Size of the latter in bytes.

with
type_sums as (
    select
        scope_id,
        sum(file_count) as type_file_count,
        sum(coalesce(size_bytes, 0)) as type_size_bytes
    from reports.files_by_type
    group by scope_id
),

storage_sums as (
    select
        scope_id,
        sum(file_count) as storage_file_count,
        sum(size_bytes) as storage_size_bytes
    from reports.storage
    group by scope_id
),

compared as (
    select
        coalesce(type_sums.scope_id, storage_sums.scope_id) as scope_id,
        coalesce(type_sums.type_file_count, 0) as type_file_count,
        coalesce(storage_sums.storage_file_count, 0) as storage_file_count,
        coalesce(type_sums.type_size_bytes, 0) as type_size_bytes,
        coalesce(storage_sums.storage_size_bytes, 0) as storage_size_bytes
    from type_sums
    full join storage_sums on type_sums.scope_id = storage_sums.scope_id
)

select
    scope_id,
    type_file_count,
    storage_file_count,
    type_size_bytes,
    storage_size_bytes
from compared
where type_file_count > storage_file_count or type_size_bytes > storage_size_bytes
