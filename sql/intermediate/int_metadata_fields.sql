-- One row per metadata field that an institution has set up, as its list of fields was last read.
--
-- columns:
--   institution_id: The institution.
--   field_name: Name of the field, white space folded.
--   internal_type: `core` or `stock` (defined by Figshare), or `custom` (by the institution).
--   field_type: Kind of field, for instance text, dropdown or date; NULL when not given.
--   is_mandatory: Whether depositors must fill it in, in any item type; NULL when not known.
--   item_type_count: Item types that have it; NULL on API v2, where all have.

with
types as (
    select
        institution_id,
        field_id,
        count(distinct item_type_id) as item_type_count,
        bool_or(is_mandatory) as is_mandatory
    from figshare.item_type_fields
    group by institution_id, field_id
),

fields as (
    select
        set_up.institution_id,
        staging.custom_field_name(set_up.name) as field_name,
        coalesce(staging.blank_to_null(set_up.internal_type), 'custom') as internal_type,
        staging.blank_to_null(set_up.field_type) as field_type,
        coalesce(set_up.is_mandatory, types.is_mandatory) as is_mandatory,
        types.item_type_count
    from figshare.fields as set_up
    left join types on set_up.institution_id = types.institution_id and set_up.id = types.field_id
)

select
    institution_id,
    field_name,
    internal_type,
    min(field_type) as field_type,
    bool_or(is_mandatory) as is_mandatory,
    max(item_type_count) as item_type_count
from fields
group by institution_id, field_name, internal_type
