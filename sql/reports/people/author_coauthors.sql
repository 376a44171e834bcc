-- One row per person and other person who is an author of an article with them.
--
-- People and articles are those of reports.author_articles: what only a search found does not count. Each pair has two
-- rows, one from either side, so one author's coauthors are `where author_id = …`. For who works with whom.
--
-- key: author_id, coauthor_id
-- columns:
--   coauthor_id: The other person: reports.authors.author_id.
--   coauthor_name: The other person's name as on their latest article; NULL when none shows one.
--   coauthor_orcid: The other person's ORCID iD; NULL when not known.
--   article_count: Articles of both.
--   first_published_on: Day (UTC) the earliest of them was first public; NULL when none has a date.
--   last_published_on: Day (UTC) the latest of them was first public; NULL when none has a date.

with
article_people as (select * from intermediate.int_article_people),
person_names as (select * from intermediate.int_person_names),

pairs as (
    select
        article_people.person_id as author_id,
        coauthors.person_id as coauthor_id,
        count(*) as article_count,
        min(article_people.published_on) as first_published_on,
        max(article_people.published_on) as last_published_on
    from article_people
    inner join article_people as coauthors on article_people.article_id = coauthors.article_id
    where article_people.person_id <> coauthors.person_id
    group by article_people.person_id, coauthors.person_id
)

select
    pairs.author_id,
    person_names.full_name,
    pairs.coauthor_id,
    coauthor_names.full_name as coauthor_name,
    coauthor_names.orcid as coauthor_orcid,
    pairs.article_count,
    pairs.first_published_on,
    pairs.last_published_on
from pairs
inner join person_names on pairs.author_id = person_names.person_id
inner join person_names as coauthor_names on pairs.coauthor_id = coauthor_names.person_id
