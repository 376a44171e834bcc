-- One row per institution, person and month with any usage of the articles that listed the person as an author in that
-- month, whoever is listed now.
--
-- An article counts for the authors that it listed at the end of the month, as the refreshes saw it: a change counts
-- from when it was found. Before the warehouse first saw an article its first known authors are taken, and
-- `authors_known_ratio` says of how many articles its authors are known. Articles are those that the institution
-- currently lists, people those of reports.authors and, of earlier lists, ids that no article shows any more. Full
-- counting gives each author the whole of an article, fractional counting 1/n of it where n people are listed; so the
-- fractional figures of all rows add up, each month, to the institution's in `reports.usage_by_month`. There is no row
-- where there was no usage. `reports.author_usage_by_month` counts all months for the authors of today. Figshare's own
-- counts, not COUNTER's.
--
-- key: institution_id, author_id, month
-- columns:
--   author_id: The person: reports.authors.author_id; NULL for articles that listed nobody with an author id.
--   full_name: The name, as in reports.authors, or of people who are in no list any more as written last.
--   article_count: Articles that listed the person, and that were used in the month.
--   views_full: Their views in the month; NULL when not known.
--   downloads_full: Their downloads in the month; NULL when not known.
--   shares_full: Their shares in the month; NULL when not known.
--   downloads_fractional: Downloads in the month, by fractional counting; NULL when not known.
--   shares_fractional: Shares in the month, by fractional counting; NULL when not known.
--   authors_known_ratio: Share of the articles that the warehouse had seen by the end of the month, and of which it
--     kept all changes of authors since, 0 to 1; of the others the first known authors are taken.
--   observed_at: When the month's figures were given, the earliest of them (UTC).

with
months as (
    select * from intermediate.int_usage_by_month
    where entity_type = 'article' and (views > 0 or downloads > 0 or shares > 0)
),

stays as (select * from intermediate.int_author_stays),

sightings as (
    select
        article_id,
        cast(date_trunc('month', min(first_seen_at)) as date) as first_month
    from figshare.first_listed
    group by article_id
),

losses as (
    -- Changes that were found before lists of authors were kept.
    select
        changes.article_id,
        cast(date_trunc('month', max(changes.changed_at)) as date) as last_month
    from figshare.article_changes as changes
    left join figshare.author_lists as kept
        on changes.article_id = kept.article_id and changes.changed_at = kept.read_at
    where changes.field = 'authors' and kept.article_id is null
    group by changes.article_id
),

article_months as (
    select
        institution_articles.institution_id,
        institution_articles.article_id,
        months.month,
        months.views,
        months.downloads,
        months.shares,
        months.observed_at,
        case
            when sightings.first_month <= months.month and coalesce(losses.last_month <= months.month, true) then 1
            else 0
        end as are_authors_known
    from intermediate.int_institution_articles as institution_articles
    inner join months on institution_articles.article_id = months.entity_id
    left join sightings on institution_articles.article_id = sightings.article_id
    left join losses on institution_articles.article_id = losses.article_id
),

credited as (
    select
        article_months.*,
        case when stays.article_id is null then article_credit.person_id else stays.person_id end as person_id,
        case when stays.article_id is null then coalesce(article_credit.fraction, 1) else stays.fraction end as fraction
    from article_months
    left join stays
        on
            article_months.article_id = stays.article_id
            and (stays.first_month is null or article_months.month >= stays.first_month)
            and article_months.month < stays.next_month
    left join intermediate.int_article_credit as article_credit
        on
            stays.article_id is null
            and article_months.institution_id = article_credit.institution_id
            and article_months.article_id = article_credit.article_id
),

earlier_names as (
    select
        person_id,
        full_name,
        orcid
    from stays
    where person_id is not null
    qualify row_number() over (partition by person_id order by read_at desc, article_id desc) = 1
)

select
    credited.institution_id,
    credited.person_id as author_id,
    coalesce(person_names.full_name, earlier_names.full_name) as full_name,
    coalesce(person_names.orcid, earlier_names.orcid) as orcid,
    credited.month,
    count(*) as article_count,
    cast(sum(credited.views) as bigint) as views_full,
    cast(sum(credited.downloads) as bigint) as downloads_full,
    cast(sum(credited.shares) as bigint) as shares_full,
    sum(credited.views * credited.fraction) as views_fractional,
    sum(credited.downloads * credited.fraction) as downloads_fractional,
    sum(credited.shares * credited.fraction) as shares_fractional,
    avg(credited.are_authors_known) as authors_known_ratio,
    min(credited.observed_at) as observed_at
from credited
left join intermediate.int_person_names as person_names on credited.person_id = person_names.person_id
left join earlier_names on credited.person_id = earlier_names.person_id
group by
    credited.institution_id,
    credited.person_id,
    person_names.full_name,
    earlier_names.full_name,
    person_names.orcid,
    earlier_names.orcid,
    credited.month
