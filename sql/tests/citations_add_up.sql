-- One row per sum of citations that is not what it should be: an institution's that of its articles, those of groups
-- and of years the institution's, the fractional sum over all authors that of all articles with known authors, and an
-- article's the number of works that cite it.
--
-- Sums of fractions are rounded in their last digits, which is no difference.
--
-- columns:
--   what: groups, articles, years, authors or works.
--   id: The institution or article; NULL for authors, who are counted over all institutions.
--   found: The sum.
--   total: What it should be.

with
institutions as (select * from reports.institution_summary where completed_at is not null),

article_people as (
    select distinct article_id
    from intermediate.int_article_people
),

group_sums as (
    select
        institution_id,
        sum(citations_fractional) as citations
    from reports.groups
    group by institution_id
),

article_sums as (
    select
        institution_id,
        sum(citations) as citations
    from reports.articles
    group by institution_id
),

year_sums as (
    select
        institution_id,
        sum(citations) as citations
    from reports.citations_by_year
    where scope = 'institution'
    group by institution_id
),

author_sums as (
    select sum(citations_fractional) as citations
    from reports.authors
),

authored as (
    select sum(article_citations.citations) as citations
    from article_people
    inner join intermediate.int_article_citations as article_citations
        on article_people.article_id = article_citations.article_id
),

works as (
    select
        article_id,
        count(*) as citations
    from reports.citing_works
    group by article_id
),

compared as (
    select
        'groups' as what,
        institutions.institution_id as id,
        group_sums.citations as found,
        institutions.citations as total
    from institutions
    left join group_sums on institutions.institution_id = group_sums.institution_id
    union all
    select
        'articles' as what,
        institutions.institution_id as id,
        article_sums.citations as found,
        institutions.citations as total
    from institutions
    left join article_sums on institutions.institution_id = article_sums.institution_id
    union all
    select
        'years' as what,
        institutions.institution_id as id,
        year_sums.citations as found,
        institutions.citations as total
    from institutions
    left join year_sums on institutions.institution_id = year_sums.institution_id
    union all
    select
        'authors' as what,
        cast(null as bigint) as id,
        author_sums.citations as found,
        authored.citations as total
    from author_sums
    cross join authored
    union all
    select
        'works' as what,
        article_citations.article_id as id,
        coalesce(works.citations, 0) as found,
        article_citations.citations as total
    from reports.article_citations
    left join works on article_citations.article_id = works.article_id
    where article_citations.citations is not null
)

select * from compared
where abs(coalesce(found, 0) - coalesce(total, 0)) > 0.001 + 1e-9 * coalesce(total, 0)
