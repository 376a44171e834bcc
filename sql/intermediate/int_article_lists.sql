-- One row per loaded article, withdrawn ones too, with its lists as text, for reading and for search.
--
-- Each list is in the article's own order, its values joined by `; `, exact duplicates once. NULL means that the list
-- is empty or not known.
--
-- key: article_id
-- columns:
--   article_id: The article.
--   authors: Names of the authors; two authors of one name are named twice.
--   categories: Titles of the subject categories; one title of several taxonomies once.
--   tags: Keywords as written.
--   funders: Names of the funders of linked grants; not what a depositor wrote by hand.
--   funding: Titles of the funding entries, each with its grant code where it has one.

with
linked_grants as (select * from intermediate.int_article_funding where funding_kind = 'linked'),

joined_authors as (
    select
        article_id,
        string_agg(full_name, '; ' order by position) as authors
    from intermediate.int_article_authors
    group by article_id
),

joined_categories as (
    select
        article_id,
        string_agg(category, '; ' order by position) as categories
    from intermediate.int_article_categories
    group by article_id
),

tags as (
    select
        article_id,
        position,
        trim(tag) as tag
    from figshare.article_tags
),

different_tags as (
    select
        article_id,
        tag,
        min(position) as position
    from tags
    where tag <> ''
    group by article_id, tag
),

joined_tags as (
    select
        article_id,
        string_agg(tag, '; ' order by position) as tags
    from different_tags
    group by article_id
),

different_funders as (
    select
        article_id,
        funder,
        min(position) as position
    from linked_grants
    where funder is not null
    group by article_id, funder
),

joined_funders as (
    select
        article_id,
        string_agg(funder, '; ' order by position) as funders
    from different_funders
    group by article_id
),

grants as (
    select
        article_id,
        position,
        coalesce(staging.blank_to_null(title), staging.blank_to_null(funder_name))
        || coalesce(' (' || staging.blank_to_null(grant_code) || ')', '') as entry
    from figshare.article_funding
),

different_grants as (
    select
        article_id,
        entry,
        min(position) as position
    from grants
    where entry is not null
    group by article_id, entry
),

joined_grants as (
    select
        article_id,
        string_agg(entry, '; ' order by position) as funding
    from different_grants
    group by article_id
)

select
    articles.article_id,
    joined_authors.authors,
    joined_categories.categories,
    joined_tags.tags,
    joined_funders.funders,
    joined_grants.funding
from figshare.articles
left join joined_authors on articles.article_id = joined_authors.article_id
left join joined_categories on articles.article_id = joined_categories.article_id
left join joined_tags on articles.article_id = joined_tags.article_id
left join joined_funders on articles.article_id = joined_funders.article_id
left join joined_grants on articles.article_id = joined_grants.article_id
