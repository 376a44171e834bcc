-- One row per pair of people in reports.authors who are perhaps one person, for somebody to look
-- at.
--
-- Nobody is joined by name alone, so a person whose profiles share no ORCID iD is several people
-- in the reports. Listed are pairs with the same name, but for capitals, accents and punctuation,
-- and pairs where one name has only the initial (`J. Doe`, `Jane Doe`) who share a coauthor or a
-- group. Two people with different ORCID iDs are not listed. The smaller author id comes first.
-- For merging profiles and asking for ORCID iDs; what speaks for and against each pair is in its
-- columns, and nothing is decided here.
--
-- columns:
--   author_id: One person: reports.authors.author_id.
--   full_name: That person's name.
--   orcid: That person's ORCID iD; NULL when not known.
--   article_count: That person's articles.
--   other_author_id: The other person: reports.authors.author_id.
--   other_full_name: The other person's name.
--   other_orcid: The other person's ORCID iD; NULL when not known.
--   other_article_count: The other person's articles.
--   name_match: `same name` or `initial`.
--   shared_coauthor_count: Different people who are coauthors of both: speaks for one person.
--   shared_group_count: Different groups in which both have articles: speaks for one person.
--   shared_article_count: Articles that name both: speaks for two people, or for an entry made
--     twice.

with

name_keys as (

    select * from staging.stg_person_name_keys

),

authors as (

    select * from reports.authors

),

article_people as (

    select * from staging.stg_article_people

),

institution_articles as (

    select * from staging.stg_institution_articles

),

coauthor_pairs as (

    select * from reports.author_coauthors

),

matches as (

    select
        name_keys.person_id,
        other_keys.person_id as other_person_id,
        min(
            case when name_keys.name_key = other_keys.name_key then 1 else 2 end
        ) as match_rank

    from name_keys
    inner join name_keys as other_keys on name_keys.initial_key = other_keys.initial_key
    where
        name_keys.person_id < other_keys.person_id
        and (
            name_keys.name_key = other_keys.name_key
            or name_keys.is_initial
            or other_keys.is_initial
        )
    group by name_keys.person_id, other_keys.person_id

),

shared_coauthors as (

    select
        matches.person_id,
        matches.other_person_id,
        count(*) as shared_coauthor_count

    from matches
    inner join coauthor_pairs on matches.person_id = coauthor_pairs.author_id
    inner join coauthor_pairs as other_pairs
        on
            matches.other_person_id = other_pairs.author_id
            and coauthor_pairs.coauthor_id = other_pairs.coauthor_id
    group by matches.person_id, matches.other_person_id

),

person_groups as (

    select distinct
        article_people.person_id,
        institution_articles.group_id

    from article_people
    inner join institution_articles on article_people.article_id = institution_articles.article_id
    where institution_articles.group_id is not null

),

shared_groups as (

    select
        matches.person_id,
        matches.other_person_id,
        count(*) as shared_group_count

    from matches
    inner join person_groups on matches.person_id = person_groups.person_id
    inner join person_groups as other_groups
        on
            matches.other_person_id = other_groups.person_id
            and person_groups.group_id = other_groups.group_id
    group by matches.person_id, matches.other_person_id

),

described as (

    select
        authors.author_id,
        authors.full_name,
        authors.orcid,
        authors.article_count,
        other_authors.author_id as other_author_id,
        other_authors.full_name as other_full_name,
        other_authors.orcid as other_orcid,
        other_authors.article_count as other_article_count,
        case when matches.match_rank = 1 then 'same name' else 'initial' end as name_match,
        coalesce(shared_coauthors.shared_coauthor_count, 0) as shared_coauthor_count,
        coalesce(shared_groups.shared_group_count, 0) as shared_group_count,
        coalesce(coauthor_pairs.article_count, 0) as shared_article_count

    from matches
    inner join authors on matches.person_id = authors.author_id
    inner join authors as other_authors on matches.other_person_id = other_authors.author_id
    left join shared_coauthors
        on
            matches.person_id = shared_coauthors.person_id
            and matches.other_person_id = shared_coauthors.other_person_id
    left join shared_groups
        on
            matches.person_id = shared_groups.person_id
            and matches.other_person_id = shared_groups.other_person_id
    left join coauthor_pairs
        on
            matches.person_id = coauthor_pairs.author_id
            and matches.other_person_id = coauthor_pairs.coauthor_id
    where authors.orcid is null or other_authors.orcid is null

),

duplicates as (

    select * from described
    where
        name_match = 'same name'
        or shared_coauthor_count > 0
        or shared_group_count > 0

)

select * from duplicates
