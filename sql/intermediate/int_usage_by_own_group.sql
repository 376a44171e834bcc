-- One row per institution, group and month of which any usage is known of the articles that lie in the group itself;
-- the articles in no group are the group NULL.
--
-- An article lies in one group, so these add up to those of groups with subgroups and to the institution's. Figshare's
-- own counts, not COUNTER's.
--
-- key: institution_id, group_id, month
-- columns:
--   institution_id: The institution.
--   group_id: The group that the articles lie in themselves; NULL for those in none.
--   month: First day of the month (UTC).
--   views: Views of the articles in the month; NULL when not known.
--   downloads: Downloads; NULL when not known.
--   shares: Shares; NULL when not known.
--   observed_at: When the figures were given, the earliest of them (UTC).

with
months as (select * from intermediate.int_usage_by_month where entity_type = 'article')

select
    institution_articles.institution_id,
    institution_articles.group_id,
    months.month,
    cast(sum(months.views) as bigint) as views,
    cast(sum(months.downloads) as bigint) as downloads,
    cast(sum(months.shares) as bigint) as shares,
    min(months.observed_at) as observed_at
from intermediate.int_institution_articles as institution_articles
inner join months on institution_articles.article_id = months.entity_id
group by institution_articles.institution_id, institution_articles.group_id, months.month
