-- One row per institution that was found on a version of Figshare's API: the last one.
--
-- columns:
--   institution_id: Figshare's id of the institution.
--   api_version: v2 or v3.

select
    institution_id,
    arg_max(api_version, found_at) as api_version

from figshare.api_versions
group by institution_id
order by institution_id
