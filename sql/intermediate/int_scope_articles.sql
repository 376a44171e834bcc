-- One row per scope and article in it that is loaded.
--
-- Articles of institutions and groups are those that the institution currently lists; articles of a search are those
-- that it still finds, wherever on Figshare they lie. A group by itself and with its subgroups are two scopes.
--
-- columns:
--   scope_id: The scope: int_scopes.scope_id.
--   article_id: The article: int_articles.article_id.

with
institution_articles as (select * from intermediate.int_institution_articles),
search_articles as (select * from intermediate.int_search_articles where is_loaded)

select
    'institution ' || cast(institution_id as varchar) as scope_id,
    article_id
from institution_articles
union all
select
    'institution ' || cast(institution_id as varchar)
    || coalesce(' group ' || cast(group_id as varchar), ' no group') as scope_id,
    article_id
from institution_articles
union all
select
    'institution ' || cast(institution_id as varchar)
    || ' group ' || cast(group_id as varchar) || ' with subgroups' as scope_id,
    article_id
from intermediate.int_group_wholes
union all
select
    'search ' || search as scope_id,
    article_id
from search_articles
