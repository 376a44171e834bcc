-- One row per loaded project, withdrawn ones too, with its values cleaned and its members as text.
--
-- columns:
--   project_id: Figshare's id of the project.
--   title: Title as plain text; NULL when it is blank.
--   members: Names of the people who work on it, each with the role, joined by `; `; NULL when none.
--   member_count: How many they are; NULL when not known.
--   url: Address of the public page.
--   description: Description as plain text; NULL when none.
--   funding: Its funding as free text; NULL when none.
--   published_at: When it was first published (UTC).
--   modified_at: When it was last modified (UTC).
--   is_article_list_known: Whether the list of its articles could be read.
--   fetched_at: When the record was read (UTC).

with
joined_members as (
    select
        project_id,
        string_agg(
            staging.one_line(staging.blank_to_null(name))
            || coalesce(' (' || staging.one_line(staging.blank_to_null(role_name)) || ')', ''),
            '; '
            order by position
        ) as members
    from figshare.project_members
    group by project_id
)

select
    projects.project_id,
    staging.blank_to_null(projects.title_text) as title,
    joined_members.members,
    projects.member_count,
    staging.blank_to_null(projects.figshare_url) as url,
    staging.description_text(projects.description) as description,
    staging.blank_to_null(projects.funding) as funding,
    projects.published_date as published_at,
    projects.modified_date as modified_at,
    projects.article_count is not null as is_article_list_known,
    projects.fetched_at
from figshare.projects
left join joined_members on projects.project_id = joined_members.project_id
