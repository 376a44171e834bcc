-- One row per metadata field that an institution has set up or an article holds, and per recommended part of the
-- metadata: how often it is filled, in public articles and in drafts.
--
-- A recommended part has the `internal_type` recommended, and counts as reports.metadata_ratios does. For deciding
-- which fields to drop, and which to ask depositors for.
--
-- key: institution_id, field_name, internal_type
-- columns:
--   institution_id: The institution.
--   field_name: Name of the field, white space folded.
--   internal_type: `core` or `stock` (defined by Figshare), `custom` (by the institution) or `recommended`.
--   field_type: Kind of field, for instance text, dropdown or date; NULL when not given.
--   is_mandatory: Whether depositors must fill it in, in any item type; NULL when not known.
--   is_set_up: Whether the institution has it now; NULL when not known, and for recommended parts.
--   item_type_count: Item types that have it; NULL on API v2, where all have.
--   article_count: Public articles whose record holds it, filled or not; NULL for core and stock fields. For
--     recommended parts all public articles.
--   filled_ratio: Share of those in which it is filled, 0 to 1; NULL when there is none, or not known.
--   draft_count: Articles that were never published whose record holds it; NULL for other than custom fields, or when
--     none was read.
--   filled_draft_count: Those of them in which it is filled; NULL likewise.

with
read_drafts as (select count(*) as read_count from figshare_internal.articles),

custom as (
    select
        metadata_fields.*,
        case
            when
                metadata_fields.internal_type = 'custom' and read_drafts.read_count > 0
                then coalesce(drafts.draft_count, 0)
        end as draft_count,
        case
            when metadata_fields.internal_type = 'custom' and read_drafts.read_count > 0
                then coalesce(drafts.filled_draft_count, 0)
        end as filled_draft_count
    from reports.metadata_fields as metadata_fields
    cross join read_drafts
    left join internal_staging.int_draft_fields as drafts on metadata_fields.field_name = drafts.field_name
),

ratios as (
    select
        institution_id,
        article_count,
        unnest(
            [
                'license', 'description', 'categories', 'keywords', 'orcid', 'funding', 'references', 'readme'
            ]
        ) as field_name,
        unnest(
            [
                license_ratio, description_ratio, categories_ratio, keywords_ratio, orcid_ratio, funding_ratio,
                references_ratio, readme_ratio
            ]
        ) as filled_ratio
    from reports.metadata_ratios
    where scope = 'institution'
)

select
    institution_id,
    field_name,
    internal_type,
    field_type,
    is_mandatory,
    is_set_up,
    item_type_count,
    article_count,
    filled_ratio,
    draft_count,
    filled_draft_count
from custom
union all
select
    institution_id,
    field_name,
    'recommended' as internal_type,
    null as field_type,
    null as is_mandatory,
    null as is_set_up,
    null as item_type_count,
    article_count,
    filled_ratio,
    null as draft_count,
    null as filled_draft_count
from ratios
