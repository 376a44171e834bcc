-- One row per group that a person's articles lie in, the one with the most first.
--
-- parameters:
--   author_id: the person.
--
-- columns:
--   group_id: the group; NULL for articles in none.
--   group_name: its name; NULL when not known.
--   article_count: their articles in it.

select
    group_id,
    any_value(group_name) as group_name,
    count(*) as article_count
from reports.author_articles
where author_id = $author_id
group by group_id
order by article_count desc, group_id asc nulls last
