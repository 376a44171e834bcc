"""The tables about the metadata fields of an institution, and about the version of Figshare's API that it is on.

Field names and meanings: Figshare's OpenAPI descriptions v2.0 and v3.0 (July 2026).
"""

from __future__ import annotations

from figshare_warehouse.tables.contract import Table, column, computed

FIELDS = Table(
    "fields",
    "One metadata field that the token's institution uses: on API v3 all of them, on v2 the custom ones.",
    (
        column("id", "bigint", "Figshare's id of the field.", is_key=True),
        column("name", "text", "Name of the field."),
        column("field_type", "text", "Kind of field, for instance text, dropdown, date."),
        column("internal_type", "text", "`core` or `stock` (defined by Figshare), or `custom` (by the institution)."),
        column("settings", "text", "Settings of the field as JSON text.", is_json=True),
        column(
            "field_order", "bigint", "Figshare's order of the field; NULL on v3, where item types have it.", "order"
        ),
        column("is_mandatory", "bool", "Whether depositors must fill it in; NULL on v3, where item types have it."),
        computed("institution_id", "bigint", "The institution: institutions.id."),
    ),
    replaced="institution_id",
)

ITEM_TYPE_FIELDS = Table(
    "item_type_fields",
    "One metadata field of one item type, as the token's institution has set it up; on API v3 only.",
    (
        computed("item_type_id", "bigint", "The item type: item_types.id.", is_key=True),
        column("field_id", "bigint", "Figshare's id of the field: fields.id.", "id", is_key=True),
        column("name", "text", "Name of the field."),
        column("field_type", "text", "Kind of field, for instance text, dropdown, date."),
        column("internal_type", "text", "`core` or `stock` (defined by Figshare), or `custom` (by the institution)."),
        column("display_name", "text", "The name that depositors see."),
        column("hint_text", "text", "The hint that depositors see."),
        column("is_mandatory", "bool", "Whether depositors must fill it in."),
        column("field_order", "bigint", "Its place among the type's fields.", "order"),
        column("display_area", "text", "Where depositors see it: `essential`, `core`, `additional` or `timeline`."),
        column("settings", "text", "Settings of the field as JSON text.", is_json=True),
        computed("institution_id", "bigint", "The institution: institutions.id."),
    ),
    replaced="institution_id",
)

API_VERSIONS = Table(
    "api_versions",
    "One time at which one institution was found on another version of Figshare's API than before; the first is no "
    "switch. Kept for ever.",
    (
        computed("institution_id", "bigint", "Figshare's id of the institution.", is_key=True),
        computed("found_at", "timestamp", "When it was found (UTC); it was some time before.", is_key=True),
        computed("api_version", "text", "`v2`, or `v3` (metadata by item type)."),
        computed("refresh_id", "text", "The refresh that found it: refreshes.refresh_id."),
    ),
)
