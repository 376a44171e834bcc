-- One row per institution, group and article that lies in the group or in a group below it; for an article in no group
-- one row with `group_id` NULL.
--
-- Articles that the institution currently lists and that are loaded. An article is in one row for its own group and in
-- one for each group above that; where it is not known which those are, in that of its own only. For everything that is
-- asked of a group with all that is below it: join by `article_id`.
--
-- key: institution_id, group_id, article_id
-- columns:
--   group_id: The group; NULL for the articles in no group.
--   group_name: Name of the group; NULL when not known, and for the articles in no group.
--   own_group_id: The group that the article lies in itself; NULL when in none.
--   is_own: Whether that is this one.

with
group_wholes as (select * from intermediate.int_group_wholes),
institution_articles as (select * from intermediate.int_institution_articles)

select
    institution_articles.institution_id,
    group_wholes.group_id,
    groups.group_name,
    institution_articles.article_id,
    institution_articles.group_id as own_group_id,
    coalesce(group_wholes.group_id = institution_articles.group_id, true) as is_own
from institution_articles
left join group_wholes
    on
        institution_articles.institution_id = group_wholes.institution_id
        and institution_articles.article_id = group_wholes.article_id
left join intermediate.int_groups as groups
    on group_wholes.institution_id = groups.institution_id and group_wholes.group_id = groups.group_id
