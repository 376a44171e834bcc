-- One row: what this file holds, as of when, and whom it is for.
--
-- columns:
--   title: What this file is.
--   published_at: When it was published (UTC).
--   accounts_listed_at: When the list of accounts was last read to its end (UTC); NULL when it never was.
--   confidentiality: Whom it is for.
--   counting_rules: How things are counted.
--   public_file: Name of the file of reports that this one was made with.
--   package_version: Version of figshare-warehouse that published it.
--   warehouse_name: Name of the warehouse's file.

with
parameters as (
    select
        cast($published_at as timestamp) as published_at,
        cast($package_version as varchar) as package_version,
        cast($public_file as varchar) as public_file,
        cast($warehouse_name as varchar) as warehouse_name
),

listed as (
    select max(completed_at) as accounts_listed_at
    from figshare_internal.readings
    where part = 'accounts'
)

select
    'Internal reports of a Figshare repository' as title,
    parameters.published_at,
    listed.accounts_listed_at,
    'Personal data, for administrators only. Do not copy it where others can read it.' as confidentiality,
    'NULL is not known, 0 is none. Times are UTC, sizes bytes. The comment of each table says what it counts.'
        as counting_rules,
    parameters.public_file,
    parameters.package_version,
    parameters.warehouse_name
from parameters
cross join listed
