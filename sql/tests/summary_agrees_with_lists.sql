-- What reports.institution_summary counts is what the reports that list it hold.
--
-- columns:
--   institution_id: The institution.
--   counted: What is counted: embargoed, with a publication, or completeness.
--   summary_count: The summary's count.
--   list_count: Articles that the other report lists.

with
summary as (select * from reports.institution_summary where article_count is not null),

embargoes as (
    select * from reports.embargoes
    where embargo_state in ('running', 'no end', 'end not known', 'ended since read', 'overdue')
),

articles as (select * from reports.articles where resource_doi is not null),

linked_publications as (
    select distinct
        institution_id,
        article_id
    from reports.linked_publications
),

summary_counts as (
    select
        institution_id,
        'embargoed' as counted,
        embargoed_article_count as summary_count
    from summary
    union all
    select
        institution_id,
        'with a publication' as counted,
        publication_article_count as summary_count
    from summary
    union all
    select
        institution_id,
        'completeness' as counted,
        article_count as summary_count
    from summary
),

listed as (
    select
        institution_id,
        'embargoed' as counted
    from embargoes
    union all
    select
        articles.institution_id,
        'with a publication' as counted
    from articles
    inner join linked_publications
        on
            articles.institution_id = linked_publications.institution_id
            and articles.article_id = linked_publications.article_id
    union all
    select
        institution_id,
        'completeness' as counted
    from reports.metadata_completeness
),

list_counts as (
    select
        institution_id,
        counted,
        count(*) as list_count
    from listed
    group by institution_id, counted
)

select
    summary_counts.institution_id,
    summary_counts.counted,
    summary_counts.summary_count,
    coalesce(list_counts.list_count, 0) as list_count
from summary_counts
left join list_counts
    on summary_counts.institution_id = list_counts.institution_id and summary_counts.counted = list_counts.counted
where summary_counts.summary_count <> coalesce(list_counts.list_count, 0)
