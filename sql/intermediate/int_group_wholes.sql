-- One row per institution, group and article that lies in the group or in a group below it.
--
-- columns:
--   institution_id: The institution.
--   group_id: The group.
--   article_id: The article.

with
institution_articles as (select * from intermediate.int_institution_articles where group_id is not null)

select
    institution_articles.institution_id,
    containing_groups.ancestor_group_id as group_id,
    institution_articles.article_id
from institution_articles
inner join intermediate.int_containing_groups as containing_groups
    on institution_articles.group_id = containing_groups.group_id
