-- One row per article and field of which Figshare, now that it was asked again, gives another value than when it was
-- last asked, as it is to be loaded into article_changes.
--
-- `fetched_articles` and so on are what was just read, with the columns of articles and of the tables of its lists. An
-- article that was never read before has no changes. Loaded before what was read takes the old rows' place: so the last
-- value that was noted goes before the one that is loaded, and what a load that was broken off left half done is
-- neither told twice nor lost. A list that such a load left without its rows is not compared, since what it held is not
-- known. Neither is a list that is not known now (the answer has none, or the list failed) or was not read again, nor
-- an end of an embargo that cannot be read.
--
-- Lists are text: elements joined by `; `, authors in their order, others by the alphabet. Of several ways to write the
-- same (no DOI, an empty one) only one is compared.
--
-- parameters:
--   refresh_id: the refresh that asks.
--
-- columns:
--   article_id: the article.
--   field: what changed.
--   changed_at: when the new value was read (UTC).
--   old_read_at: when the old value was last read (UTC).
--   old_value: the old value as text; NULL when there was none.
--   new_value: the new value as text; NULL when there is none.
--   refresh_id: the refresh that found it.

with
fetched_ids as (
    select article_id from fetched_articles
),

licenses as (
    select
        value as license_value,
        nullif(trim(name), '') as license
    from figshare.licenses
),

both_articles as (
    select
        false as is_new,
        articles.*
    from figshare.articles as articles
    semi join fetched_ids on articles.article_id = fetched_ids.article_id
    union all by name
    select
        true as is_new,
        *
    from fetched_articles
),

named_articles as (
    select
        both_articles.*,
        licenses.license
    from both_articles
    left join licenses on both_articles.license_value = licenses.license_value
),

named_values as (
    select
        is_new,
        article_id,
        file_count,
        is_embargo_date_unreadable,
        unnest(
            [
                { 'field': 'title', 'value': nullif(trim(coalesce(title_text, title)), '') },
                { 'field': 'doi', 'value': nullif(trim(doi), '') },
                { 'field': 'item_type', 'value': nullif(trim(defined_type_name), '') },
                { 'field': 'group', 'value': cast(nullif(group_id, 0) as varchar) },
                { 'field': 'license', 'value': coalesce(license, nullif(trim(license_name), '')) },
                { 'field': 'version', 'value': cast(version as varchar) },
                { 'field': 'status', 'value': nullif(trim(status), '') },
                { 'field': 'description', 'value': nullif(trim(description), '') },
                { 'field': 'published_at', 'value': cast(published_date as varchar) },
                { 'field': 'first_online_at', 'value': cast(timeline_first_online as varchar) },
                { 'field': 'modified_at', 'value': cast(modified_date as varchar) },
                { 'field': 'is_embargoed', 'value': cast(is_embargoed as varchar) },
                {
                    'field': 'embargo_type',
                    'value': case when is_embargoed then nullif(trim(embargo_type), '') end
                },
                {
                    'field': 'embargo_ends_on',
                    'value': case
                        when is_embargoed then cast(cast(embargo_date as date) as varchar)
                    end
                },
                { 'field': 'is_metadata_record', 'value': cast(is_metadata_record as varchar) },
                { 'field': 'is_download_disabled', 'value': cast(download_disabled as varchar) },
                { 'field': 'resource_doi', 'value': nullif(trim(resource_doi), '') },
                { 'field': 'resource_title', 'value': nullif(trim(resource_title), '') },
                { 'field': 'file_count', 'value': cast(file_count as varchar) },
                { 'field': 'size_bytes', 'value': cast(size as varchar) },
                { 'field': 'funding_text', 'value': nullif(trim(funding), '') }
            ]
        ) as said
    from named_articles
),

scalars as (
    select
        named_values.is_new,
        named_values.article_id,
        case named_values.said.field
            when 'file_count' then named_values.file_count is not null
            when 'embargo_ends_on' then not coalesce(named_values.is_embargo_date_unreadable, false)
            else true
        end as is_known,
        named_values.said
    from named_values
),

list_rows as (
    select
        false as is_new,
        article_id,
        'authors' as field,
        position as place,
        coalesce(full_name, '') || ' (' || concat_ws(', ', author_id, nullif(trim(orcid_id), '')) || ')' as element
    from figshare.article_authors
    where article_id in (select fetched_ids.article_id from fetched_ids)
    union all
    select
        true as is_new,
        article_id,
        'authors' as field,
        position as place,
        coalesce(full_name, '') || ' (' || concat_ws(', ', author_id, nullif(trim(orcid_id), '')) || ')' as element
    from fetched_article_authors
    where _deleted is null
    union all
    select
        false as is_new,
        article_id,
        'categories' as field,
        0 as place,
        coalesce(title, '') || ' (' || coalesce(category_id, 0) || ')' as element
    from figshare.article_categories
    where article_id in (select fetched_ids.article_id from fetched_ids)
    union all
    select
        true as is_new,
        article_id,
        'categories' as field,
        0 as place,
        coalesce(title, '') || ' (' || coalesce(category_id, 0) || ')' as element
    from fetched_article_categories
    where _deleted is null
    union all
    select
        false as is_new,
        article_id,
        'tags' as field,
        0 as place,
        coalesce(tag, '') as element
    from figshare.article_tags
    where article_id in (select fetched_ids.article_id from fetched_ids)
    union all
    select
        true as is_new,
        article_id,
        'tags' as field,
        0 as place,
        coalesce(tag, '') as element
    from fetched_article_tags
    where _deleted is null
    union all
    select
        false as is_new,
        article_id,
        'files' as field,
        0 as place,
        coalesce(name, '') || ' (' || concat_ws(', ', file_id, size || ' bytes') || ')' as element
    from figshare.article_files
    where article_id in (select fetched_ids.article_id from fetched_ids)
    union all
    select
        true as is_new,
        article_id,
        'files' as field,
        0 as place,
        coalesce(name, '') || ' (' || concat_ws(', ', file_id, size || ' bytes') || ')' as element
    from fetched_article_files
    where _deleted is null
    union all
    select
        false as is_new,
        article_id,
        'funding' as field,
        0 as place,
        coalesce(title, '') || ' (' || concat_ws(', ', nullif(trim(grant_code), ''), funder_name) || ')' as element
    from figshare.article_funding
    where article_id in (select fetched_ids.article_id from fetched_ids)
    union all
    select
        true as is_new,
        article_id,
        'funding' as field,
        0 as place,
        coalesce(title, '') || ' (' || concat_ws(', ', nullif(trim(grant_code), ''), funder_name) || ')' as element
    from fetched_article_funding
    where _deleted is null
    union all
    select
        false as is_new,
        article_id,
        'references' as field,
        0 as place,
        coalesce(reference, '') as element
    from figshare.article_references
    where article_id in (select fetched_ids.article_id from fetched_ids)
    union all
    select
        true as is_new,
        article_id,
        'references' as field,
        0 as place,
        coalesce(reference, '') as element
    from fetched_article_references
    where _deleted is null
    union all
    select
        false as is_new,
        article_id,
        'related_materials' as field,
        0 as place,
        coalesce(relation, '') || ' ' || coalesce(identifier, '') as element
    from figshare.article_related_materials
    where article_id in (select fetched_ids.article_id from fetched_ids)
    union all
    select
        true as is_new,
        article_id,
        'related_materials' as field,
        0 as place,
        coalesce(relation, '') || ' ' || coalesce(identifier, '') as element
    from fetched_article_related_materials
    where _deleted is null
    union all
    select
        false as is_new,
        article_id,
        'custom_fields' as field,
        0 as place,
        coalesce(name, '') || ': ' || coalesce(value, '') as element
    from figshare.article_custom_fields
    where article_id in (select fetched_ids.article_id from fetched_ids)
    union all
    select
        true as is_new,
        article_id,
        'custom_fields' as field,
        0 as place,
        coalesce(name, '') || ': ' || coalesce(value, '') as element
    from fetched_article_custom_fields
    where _deleted is null
),

list_texts as (
    select
        is_new,
        article_id,
        field,
        count(*) as element_count,
        string_agg(replace(element, '; ', '\; '), '; ' order by place, element) as value
    from list_rows
    group by is_new, article_id, field
),

list_counts as (
    select
        is_new,
        article_id,
        unnest(
            [
                { 'field': 'authors', 'element_count': author_count },
                { 'field': 'categories', 'element_count': category_count },
                { 'field': 'tags', 'element_count': tag_count },
                { 'field': 'files', 'element_count': file_count },
                { 'field': 'funding', 'element_count': funding_count },
                { 'field': 'references', 'element_count': reference_count },
                { 'field': 'related_materials', 'element_count': related_material_count },
                { 'field': 'custom_fields', 'element_count': custom_field_count }
            ]
        ) as counted
    from both_articles
),

lists as (
    select
        list_counts.is_new,
        list_counts.article_id,
        coalesce(list_counts.counted.element_count = coalesce(list_texts.element_count, 0), false) as is_known,
        {
            'field': list_counts.counted.field,
            'value': case when list_counts.counted.element_count > 0 then list_texts.value end
        } as said
    from list_counts
    left join list_texts
        on
            list_counts.is_new = list_texts.is_new
            and list_counts.article_id = list_texts.article_id
            and list_counts.counted.field = list_texts.field
),

states as (
    select * from scalars
    union all
    select * from lists
),

last_notes as (
    select
        article_id,
        field,
        changed_at,
        new_value
    from figshare.article_changes
    where article_id in (select fetched_ids.article_id from fetched_ids)
    qualify row_number() over (partition by article_id, field order by changed_at desc) = 1
),

last_reads as (
    select
        articles.article_id,
        greatest(articles.fetched_at, article_checks.checked_at) as read_at
    from figshare.articles as articles
    left join figshare.article_checks as article_checks
        on articles.article_id = article_checks.article_id
    where articles.article_id in (select fetched_ids.article_id from fetched_ids)
),

compared as (
    select
        new_states.article_id,
        new_states.said.field,
        fetched_articles.fetched_at as changed_at,
        greatest(last_reads.read_at, last_notes.changed_at) as old_read_at,
        case
            when last_notes.article_id is not null then last_notes.new_value
            else old_states.said.value
        end as old_value,
        new_states.said.value as new_value,
        $refresh_id as refresh_id,
        old_states.is_known or last_notes.article_id is not null as is_known
    from states as new_states
    inner join states as old_states
        on
            new_states.article_id = old_states.article_id
            and new_states.said.field = old_states.said.field
            and not old_states.is_new
    inner join fetched_articles on new_states.article_id = fetched_articles.article_id
    inner join last_reads on new_states.article_id = last_reads.article_id
    left join last_notes on new_states.article_id = last_notes.article_id and new_states.said.field = last_notes.field
    where new_states.is_new and new_states.is_known
)

select * exclude (is_known)
from compared
where is_known and old_value is distinct from new_value
