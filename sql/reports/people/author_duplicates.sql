-- One row per pair of people in reports.authors who are perhaps one person, for somebody to look at.
--
-- Nobody is joined by name alone, so a person whose profiles share no ORCID iD is several people in the reports. Listed
-- are pairs with the same name, but for capitals, accents and punctuation, and pairs where one name has only the
-- initial (`J. Doe`, `Jane Doe`) who share a coauthor or a group. Two people with different ORCID iDs are not listed,
-- nor is anybody by a name that more than 1,000 people have: it tells nothing of any two of them. The smaller author id
-- comes first. For merging profiles and asking for ORCID iDs; what speaks for and against each pair is in its columns,
-- and nothing is decided here.
--
-- key: author_id, other_author_id
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
--   shared_article_count: Articles that name both: speaks for two people, or for an entry made twice.

with
authors as (select * from reports.authors),
coauthor_pairs as (select * from reports.author_coauthors),

-- The pairs of a name grow with the square of those who have it.
names as (
    select
        name_keys.person_id,
        name_keys.name_key,
        name_keys.initial_key,
        name_keys.is_initial,
        authors.orcid is not null as has_orcid
    from intermediate.int_person_name_keys as name_keys
    inner join authors on name_keys.person_id = authors.author_id
    qualify count(*) over (partition by name_keys.name_key) <= 1000
),

same_names as (
    select distinct
        names.person_id,
        other_names.person_id as other_person_id
    from names
    inner join names as other_names on names.name_key = other_names.name_key
    where
        names.person_id < other_names.person_id
        and not (names.has_orcid and other_names.has_orcid)
),

-- Pairs are looked for within what they share, where each block is small: among all who have an
-- initial alike there are too many.
coauthor_names as (
    select
        coauthor_pairs.coauthor_id,
        names.person_id,
        names.name_key,
        names.initial_key,
        names.is_initial,
        names.has_orcid
    from coauthor_pairs
    inner join names on coauthor_pairs.author_id = names.person_id
),

shared_coauthors as (
    select
        coauthor_names.person_id,
        other_names.person_id as other_person_id,
        min(
            case when coauthor_names.name_key = other_names.name_key then 1 else 2 end
        ) as match_rank,
        count(distinct coauthor_names.coauthor_id) as shared_coauthor_count
    from coauthor_names
    inner join coauthor_names as other_names
        on coauthor_names.coauthor_id = other_names.coauthor_id and coauthor_names.initial_key = other_names.initial_key
    where
        coauthor_names.person_id < other_names.person_id
        and not (coauthor_names.has_orcid and other_names.has_orcid)
        and (coauthor_names.name_key = other_names.name_key or coauthor_names.is_initial or other_names.is_initial)
    group by coauthor_names.person_id, other_names.person_id
),

group_names as (
    select distinct
        institution_articles.group_id,
        names.person_id,
        names.name_key,
        names.initial_key,
        names.is_initial,
        names.has_orcid
    from intermediate.int_article_people as article_people
    inner join intermediate.int_institution_articles as institution_articles
        on article_people.article_id = institution_articles.article_id
    inner join names on article_people.person_id = names.person_id
    where institution_articles.group_id is not null
),

shared_groups as (
    select
        group_names.person_id,
        other_names.person_id as other_person_id,
        min(
            case when group_names.name_key = other_names.name_key then 1 else 2 end
        ) as match_rank,
        count(distinct group_names.group_id) as shared_group_count
    from group_names
    inner join group_names as other_names
        on group_names.group_id = other_names.group_id and group_names.initial_key = other_names.initial_key
    where
        group_names.person_id < other_names.person_id
        and not (group_names.has_orcid and other_names.has_orcid)
        and (group_names.name_key = other_names.name_key or group_names.is_initial or other_names.is_initial)
    group by group_names.person_id, other_names.person_id
),

found as (
    select
        person_id,
        other_person_id,
        1 as match_rank,
        null as shared_coauthor_count,
        null as shared_group_count
    from same_names
    union all
    select
        person_id,
        other_person_id,
        match_rank,
        shared_coauthor_count,
        null as shared_group_count
    from shared_coauthors
    union all
    select
        person_id,
        other_person_id,
        match_rank,
        null as shared_coauthor_count,
        shared_group_count
    from shared_groups
),

matches as (
    select
        person_id,
        other_person_id,
        min(match_rank) as match_rank,
        coalesce(max(shared_coauthor_count), 0) as shared_coauthor_count,
        coalesce(max(shared_group_count), 0) as shared_group_count
    from found
    group by person_id, other_person_id
)

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
    matches.shared_coauthor_count,
    matches.shared_group_count,
    coalesce(coauthor_pairs.article_count, 0) as shared_article_count
from matches
inner join authors on matches.person_id = authors.author_id
inner join authors as other_authors on matches.other_person_id = other_authors.author_id
left join coauthor_pairs
    on matches.person_id = coauthor_pairs.author_id and matches.other_person_id = coauthor_pairs.coauthor_id
