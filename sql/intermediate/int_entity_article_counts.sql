-- One row per institution and collection or project that it currently lists, with how many articles are in it.
--
-- columns:
--   institution_id: The institution.
--   entity_type: collection or project.
--   entity_id: Figshare's id of it.
--   article_count: Public articles in it, of any institution.
--   own_article_count: Those of them that the institution currently lists.

select
    listed_entities.institution_id,
    listed_entities.entity_type,
    listed_entities.entity_id,
    count(entity_articles.article_id) as article_count,
    count(institution_articles.article_id) as own_article_count
from intermediate.int_listed_entities as listed_entities
left join intermediate.int_entity_articles as entity_articles
    on
        listed_entities.entity_type = entity_articles.entity_type
        and listed_entities.entity_id = entity_articles.entity_id
left join intermediate.int_institution_articles as institution_articles
    on
        listed_entities.institution_id = institution_articles.institution_id
        and entity_articles.article_id = institution_articles.article_id
group by listed_entities.institution_id, listed_entities.entity_type, listed_entities.entity_id
