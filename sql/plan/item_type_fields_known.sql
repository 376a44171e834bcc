-- One row per metadata field of an item type, as API v3 lists it. It says which fields of a record are custom fields.
--
-- columns:
--   item_type_id: the item type.
--   name: name of the field.
--   internal_type: core, stock or custom.
--   field_type: kind of field.
--   is_mandatory: whether depositors must fill it in.
--   field_order: its place among the type's fields.
--   settings: settings of the field as JSON text.

select
    item_type_id,
    name,
    internal_type,
    field_type,
    is_mandatory,
    field_order,
    settings

from figshare.item_type_fields
where name is not null
order by item_type_id, field_id
