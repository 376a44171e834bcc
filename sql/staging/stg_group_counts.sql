-- One row per group that Figshare was asked to count.
--
-- columns:
--   group_id: The group.
--   article_count: Figshare's number of public articles; NULL when it gave none for this group.
--   counted_at: When it was asked (UTC).

with

group_counts as (

    select * from figshare.group_counts

),

renamed as (

    select
        group_id,
        article_count,
        counted_at

    from group_counts

)

select * from renamed
