-- One row per institution and public project that it currently lists.
--
-- Usage is what Figshare counts for the project, not COUNTER's: how it counts the articles in it is not documented.
-- `reports.project_articles` has the usage of each article.
--
-- key: institution_id, project_id
-- columns:
--   project_id: Figshare's id of the project.
--   members: Names of the people who work on it, each with the role, joined by `; `; NULL when none.
--   member_count: How many they are; NULL when not known.
--   description: Description as plain text; NULL when none.
--   funding: Its funding as free text; NULL when none.
--   published_at: When it was first published (UTC).
--   modified_at: When it was last modified (UTC).
--   article_count: Public articles in it, of any institution; NULL when their list could not be read.
--   own_article_count: Those of them that the institution currently lists; NULL likewise.
--   views: Views since the beginning; NULL when not known.
--   downloads: Downloads since the beginning; NULL when not known.
--   shares: Shares since the beginning; NULL when not known.
--   usage_as_of: When views and downloads were last known, the earlier of the two (UTC).
--   fetched_at: When the record was read (UTC).

with
article_counts as (select * from intermediate.int_entity_article_counts where entity_type = 'project'),
usage as (select * from intermediate.int_entity_usage where entity_type = 'project')

select
    article_counts.institution_id,
    projects.project_id,
    projects.title,
    projects.members,
    projects.member_count,
    projects.url,
    projects.description,
    projects.funding,
    projects.published_at,
    projects.modified_at,
    case when projects.is_article_list_known then article_counts.article_count end as article_count,
    case when projects.is_article_list_known then article_counts.own_article_count end as own_article_count,
    usage.views,
    usage.downloads,
    usage.shares,
    usage.usage_as_of,
    projects.fetched_at
from article_counts
inner join intermediate.int_projects as projects on article_counts.entity_id = projects.project_id
left join usage on projects.project_id = usage.entity_id
