-- One row per custom field that articles hold that were never published: how often it is filled.
--
-- columns:
--   field_name: Name of the field, white space folded.
--   draft_count: Such articles whose record holds it.
--   filled_draft_count: Those of them in which it is filled.

with
drafts as (
    select
        article_id,
        cast(custom_fields as json) as custom_fields
    from figshare_internal.articles
    where published_date is null and json_valid(custom_fields) and json_type(custom_fields) = 'ARRAY'
),

held as (
    select
        drafts.article_id,
        staging.custom_field_name(json_extract_string(each_field.value, '$.name')) as field_name,
        staging.custom_field_texts(cast(json_extract(each_field.value, '$.value') as varchar)) as texts
    from drafts
    cross join json_each(drafts.custom_fields) as each_field
)

select
    field_name,
    count(distinct article_id) as draft_count,
    count(distinct case when len(texts) > 0 then article_id end) as filled_draft_count
from held
group by field_name
