-- One row per item whose usage goes with an institution: its groups, articles, collections and projects, but what was
-- asked for by name.
--
-- `fetched_articles` are the rows of `forgotten_articles`, `fetched_groups` those of `forgotten_groups`,
-- `fetched_entities` those of `forgotten_entities`.
--
-- columns:
--   entity_type: article, collection, group or project.
--   entity_id: Figshare's id of it.

select
    'article' as entity_type,
    article_id as entity_id
from fetched_articles
union all
select
    'group' as entity_type,
    group_id as entity_id
from fetched_groups
union all
select
    entity_type,
    entity_id
from fetched_entities
except
select
    entity_type,
    entity_id
from figshare.usage_items
