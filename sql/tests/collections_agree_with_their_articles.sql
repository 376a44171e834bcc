-- Collections and projects have as many articles as reports.collection_articles and reports.project_articles have rows
-- for them; and none where their number is not known.
--
-- columns:
--   entity_type: collection or project.
--   entity_id: Figshare's id of it.
--   row_count: Rows that the report of articles has for it.
--   article_count: Its number of articles in the other report.

with
counted as (
    select
        'collection' as entity_type,
        institution_id,
        collection_id as entity_id,
        article_count
    from reports.collections
    union all
    select
        'project' as entity_type,
        institution_id,
        project_id as entity_id,
        article_count
    from reports.projects
),

found as (
    select
        'collection' as entity_type,
        institution_id,
        collection_id as entity_id,
        count(*) as row_count
    from reports.collection_articles
    group by institution_id, collection_id
    union all
    select
        'project' as entity_type,
        institution_id,
        project_id as entity_id,
        count(*) as row_count
    from reports.project_articles
    group by institution_id, project_id
)

select
    coalesce(counted.entity_type, found.entity_type) as entity_type,
    coalesce(counted.entity_id, found.entity_id) as entity_id,
    coalesce(found.row_count, 0) as row_count,
    counted.article_count
from counted
full join found
    on
        counted.entity_type = found.entity_type
        and counted.institution_id = found.institution_id
        and counted.entity_id = found.entity_id
where coalesce(found.row_count, 0) <> coalesce(counted.article_count, 0)
