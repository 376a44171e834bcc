-- One row per person who is an author of an article that an institution currently lists and that is loaded.
--
-- A person is one or several Figshare author ids. Ids with the same valid ORCID iD are one person (an id that shows
-- several ORCID iDs counts with the one on its latest article that gives one); nobody is joined by name alone, so two
-- ids of one person without an ORCID iD stay two rows. All institutions in the warehouse count together; what only a
-- search found does not count. For lists of authors, for finding profiles to merge and authors without an ORCID iD.
--
-- key: author_id
-- columns:
--   author_id: The smallest of the person's Figshare author ids; stands for the person.
--   full_name: The name as on the latest article that shows one; NULL when none does.
--   orcid: The ORCID iD as 0000-0000-0000-000X; NULL when not known or not valid.
--   author_ids: All of the person's Figshare author ids, ascending, joined by `, `.
--   name_variants: All the ways the name is written on articles, in the order of the alphabet, joined by `; `.
--   article_count: Articles the person is an author of.
--   first_published_on: Day (UTC) the earliest of the articles was first public; NULL when no article has a date.
--   last_published_on: Day (UTC) the latest of the articles was first public; NULL when no article has a date.
--   coauthor_count: Different other people on those articles.
--   group_count: Different groups that those articles lie in; 0 when they lie in none.
--   main_group_id: The group with the most of the articles (of several, the smallest id); NULL when they lie in none.
--   main_group_name: Name of that group; NULL when there is none or it is not known.
--   school: School that the user's list gives to the author, else to the main group; NULL when none.
--   views_full: Views of those articles, by full counting: each author gets the whole of each. NULL when of none of
--     them views are known. Figshare's own counts, not COUNTER's, here and below.
--   downloads_full: Downloads of those articles, by full counting; NULL when not known.
--   shares_full: Shares of those articles, by full counting; NULL when not known.
--   views_fractional: Views of those articles, by fractional counting: each of the n people who are an article's
--     authors gets 1/n of it. So the sum over all authors is that of all articles with known authors, each once. NULL
--     when not known.
--   usage_known_ratio: Share of the articles whose all-time totals of views and downloads are known, 0 to 1.
--   citations: Citations of those articles, as DataCite knows, by full counting; a work that cites two of them counts
--     twice. NULL when of none of them they are known.
--   citations_fractional: Citations of those articles, by fractional counting, as with views; NULL when not known.

with
article_people as (select * from intermediate.int_article_people),
person_schools as (select * from intermediate.int_person_schools where is_first),

people_counts as (
    select
        article_id,
        count(*) as people_count
    from article_people
    group by article_id
),

usage_sums as (
    select
        article_people.person_id,
        cast(sum(article_usage.views) as bigint) as views_full,
        cast(sum(article_usage.downloads) as bigint) as downloads_full,
        cast(sum(article_usage.shares) as bigint) as shares_full,
        sum(cast(article_usage.views as double) / people_counts.people_count) as views_fractional,
        sum(cast(article_usage.downloads as double) / people_counts.people_count) as downloads_fractional,
        sum(cast(article_usage.shares as double) / people_counts.people_count) as shares_fractional,
        cast(count(article_usage.usage_as_of) as double) / count(*) as usage_known_ratio,
        min(article_usage.usage_as_of) as usage_as_of,
        cast(sum(article_citations.citations) as bigint) as citations,
        sum(cast(article_citations.citations as double) / people_counts.people_count) as citations_fractional,
        cast(count(article_citations.citations) as double) / count(*) as citations_known_ratio,
        min(article_citations.citations_as_of) as citations_as_of
    from article_people
    inner join people_counts on article_people.article_id = people_counts.article_id
    left join intermediate.int_article_usage as article_usage on article_people.article_id = article_usage.article_id
    left join intermediate.int_article_citations as article_citations
        on article_people.article_id = article_citations.article_id
    group by article_people.person_id
),

article_counts as (
    select
        person_id,
        count(*) as article_count,
        min(published_on) as first_published_on,
        max(published_on) as last_published_on
    from article_people
    group by person_id
),

coauthor_counts as (
    select
        article_people.person_id,
        count(distinct coauthors.person_id) as coauthor_count
    from article_people
    inner join article_people as coauthors on article_people.article_id = coauthors.article_id
    where article_people.person_id <> coauthors.person_id
    group by article_people.person_id
),

person_groups as (
    select
        article_people.person_id,
        institution_articles.group_id,
        min(institution_articles.institution_id) as institution_id,
        count(distinct article_people.article_id) as article_count
    from article_people
    inner join intermediate.int_institution_articles as institution_articles
        on article_people.article_id = institution_articles.article_id
    where institution_articles.group_id is not null
    group by article_people.person_id, institution_articles.group_id
),

ranked_groups as (
    select
        person_groups.person_id,
        person_groups.group_id,
        groups.group_name,
        count(*) over (partition by person_groups.person_id) as group_count,
        row_number() over (
            partition by person_groups.person_id
            order by person_groups.article_count desc, person_groups.group_id asc
        ) as group_rank
    from person_groups
    left join intermediate.int_groups as groups
        on person_groups.institution_id = groups.institution_id and person_groups.group_id = groups.group_id
)

select
    person_names.person_id as author_id,
    person_names.full_name,
    person_names.orcid,
    person_names.author_ids,
    person_names.name_variants,
    article_counts.article_count,
    article_counts.first_published_on,
    article_counts.last_published_on,
    coalesce(coauthor_counts.coauthor_count, 0) as coauthor_count,
    coalesce(ranked_groups.group_count, 0) as group_count,
    ranked_groups.group_id as main_group_id,
    ranked_groups.group_name as main_group_name,
    coalesce(person_schools.school, group_schools.school) as school,
    -- A school of the author's own comes with its own faculty, also where that is not given.
    case
        when person_schools.person_id is not null then person_schools.faculty
        else group_schools.faculty
    end as faculty,
    usage_sums.views_full,
    usage_sums.downloads_full,
    usage_sums.shares_full,
    usage_sums.views_fractional,
    usage_sums.downloads_fractional,
    usage_sums.shares_fractional,
    usage_sums.usage_known_ratio,
    usage_sums.usage_as_of,
    usage_sums.citations,
    usage_sums.citations_fractional,
    usage_sums.citations_known_ratio,
    usage_sums.citations_as_of
from intermediate.int_person_names as person_names
inner join article_counts on person_names.person_id = article_counts.person_id
left join usage_sums on person_names.person_id = usage_sums.person_id
left join coauthor_counts on person_names.person_id = coauthor_counts.person_id
left join ranked_groups on person_names.person_id = ranked_groups.person_id and ranked_groups.group_rank = 1
left join intermediate.int_group_schools as group_schools on ranked_groups.group_id = group_schools.group_id
left join person_schools on person_names.person_id = person_schools.person_id
