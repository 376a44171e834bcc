-- One row per person and article of theirs that an institution currently lists and that is loaded.
--
-- A person is one or several Figshare author ids: ids with the same ORCID iD are one person, nobody is joined by name.
-- A person who is shown twice on one article has one row, at the first place. Author entries without an id are left
-- out. An article that two institutions list is one row, with the smaller institution id. For publication lists of one
-- person, and for counting by person.
--
-- key: author_id, article_id
-- columns:
--   author_id: The person: the smallest of their Figshare author ids (reports.authors.author_id).
--   full_name: The person's name as on their latest article.
--   position: The person's place among the article's authors, from 1.
--   name_as_written: The name as this article shows it; NULL when it shows none.
--   author_count: Authors of the article; NULL when the list is not known.
--   title: Title of the article as plain text.
--   doi: DOI of the article's latest version; NULL when it has none.
--   url: Address of the article's public page.
--   published_on: Day (UTC) the article was first public.
--   institution_id: The institution that lists the article.
--   group_id: The group the article lies in; NULL when in none.
--   views: Views of the article since the beginning; NULL when not known. Figshare's own count, not COUNTER's.
--   downloads: Downloads of the article since the beginning; NULL when not known.

with
institution_articles as (
    select * from intermediate.int_institution_articles
    qualify row_number() over (partition by article_id order by institution_id) = 1
)

select
    article_people.person_id as author_id,
    person_names.full_name,
    article_people.orcid,
    article_people.article_id,
    article_people.position,
    article_people.full_name as name_as_written,
    articles.author_count,
    articles.title,
    articles.doi,
    articles.url,
    articles.item_type,
    articles.published_on,
    institution_articles.institution_id,
    institution_articles.group_id,
    groups.group_name,
    article_usage.views,
    article_usage.downloads
from intermediate.int_article_people as article_people
inner join intermediate.int_person_names as person_names on article_people.person_id = person_names.person_id
inner join intermediate.int_articles as articles on article_people.article_id = articles.article_id
inner join institution_articles on article_people.article_id = institution_articles.article_id
left join intermediate.int_article_usage as article_usage on article_people.article_id = article_usage.article_id
left join intermediate.int_groups as groups
    on institution_articles.institution_id = groups.institution_id and institution_articles.group_id = groups.group_id
