-- One row per metadata field that an institution has set up, or that a custom field of its articles holds.
--
-- Counted are articles that are currently listed and loaded. Figshare names the fields with a token, on API v2 the
-- custom ones only. How often a field is filled is known of custom fields; reports.metadata_ratios has it for the
-- recommended parts of the metadata. For seeing which fields nobody fills in.
--
-- key: institution_id, field_name, internal_type
-- columns:
--   institution_id: The institution.
--   field_name: Name of the field, white space folded.
--   internal_type: `core` or `stock` (defined by Figshare), or `custom` (by the institution).
--   field_type: Kind of field, for instance text, dropdown or date; NULL when not given.
--   is_mandatory: Whether depositors must fill it in, in any item type; NULL when not known.
--   is_set_up: Whether the institution has it now; NULL when its list of fields was never read.
--   item_type_count: Item types that have it; NULL on API v2, where all have.
--   article_count: Articles whose record holds it, filled or not; NULL for core and stock fields.
--   filled_article_count: Those of them in which it is filled; NULL for core and stock fields.
--   filled_ratio: Share of them, 0 to 1; NULL when there is none.

with
fields as (select * from intermediate.int_metadata_fields),

held as (
    select
        listed.institution_id,
        custom_fields.field_name,
        'custom' as internal_type,
        min(custom_fields.field_type) as field_type,
        max(cast(custom_fields.is_mandatory as integer)) = 1 as is_mandatory,
        count(distinct listed.article_id) as article_count,
        count(distinct case when custom_fields.value is not null then listed.article_id end) as filled_article_count
    from intermediate.int_institution_articles as listed
    inner join intermediate.int_article_custom_fields as custom_fields
        on listed.article_id = custom_fields.article_id
    group by listed.institution_id, custom_fields.field_name
),

read_lists as (
    select distinct institution_id
    from fields
)

select
    coalesce(fields.institution_id, held.institution_id) as institution_id,
    coalesce(fields.field_name, held.field_name) as field_name,
    coalesce(fields.internal_type, held.internal_type) as internal_type,
    coalesce(fields.field_type, held.field_type) as field_type,
    coalesce(fields.is_mandatory, held.is_mandatory) as is_mandatory,
    case when read_lists.institution_id is not null then fields.field_name is not null end as is_set_up,
    fields.item_type_count,
    case
        when coalesce(fields.internal_type, held.internal_type) = 'custom' then coalesce(held.article_count, 0)
    end as article_count,
    case
        when coalesce(fields.internal_type, held.internal_type) = 'custom'
            then coalesce(held.filled_article_count, 0)
    end as filled_article_count,
    cast(held.filled_article_count as double) / held.article_count as filled_ratio
from fields
full join held
    on
        fields.institution_id = held.institution_id
        and fields.field_name = held.field_name
        and fields.internal_type = held.internal_type
left join read_lists on coalesce(fields.institution_id, held.institution_id) = read_lists.institution_id
