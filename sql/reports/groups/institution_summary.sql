-- One row per institution that the warehouse knows of.
--
-- Counted are articles that the institution currently lists and that are loaded; people as in reports.authors. Counts
-- are NULL (not known) while no listing of the institution was ever read to its end; when only some of its groups are
-- followed, they cover those groups. Sums of files and sizes leave out articles that do not tell theirs. For the front
-- page of a report: how much there is, how complete it is, and as of when.
--
-- key: institution_id
-- columns:
--   completed_at: When its listing was last read to its end (UTC); when only groups are followed, the earliest of
--     theirs; NULL when never.
--   listed_article_count: Articles that it currently lists.
--   unloaded_article_count: Those of them whose record is not loaded yet; every other count leaves them out.
--   article_count: Articles that are listed and loaded.
--   file_count: Files of the articles; NULL when no article tells.
--   size_bytes: Size of the files in bytes; NULL when no article tells.
--   author_count: Different people who are authors of the articles.
--   orcid_author_count: Those of them whose ORCID iD is known.
--   orcid_author_ratio: Share of authors whose ORCID iD is known, 0 to 1; NULL when there are no authors.
--   group_count: Different groups that the articles lie in.
--   embargoed_article_count: Articles under an embargo that is in force.
--   metadata_record_count: Articles that are records without files.
--   publication_article_count: Articles that name the publication they belong to (`resource_doi`).
--   first_published_on: Day (UTC) the earliest article was first public; NULL when there is none.
--   last_published_on: Day (UTC) the latest article was first public; NULL when there is none.
--   views: Views of the articles since the beginning, each article once; NULL if known for none of them. Figshare's
--     own counts, not COUNTER's.
--   shares: Shares of the articles; NULL if known for none of them.
--   usage_known_ratio: Share of the articles whose all-time totals of views and downloads are known, 0 to 1; NULL when
--     there are no articles. Of months it is in reports.about and usage_by_month.
--   citations: Citations of the articles, as DataCite knows; a work that cites two of them counts twice. NULL if known
--     for none of them.

with
institution_articles as (select * from intermediate.int_institution_articles),

institutions as (
    select
        institutions.institution_id,
        institutions.institution_name,
        listings.completed_at,
        -- How much an institution lists is known once its listing was read to its end.
        case when listings.completed_at is not null then 0 end as zero
    from intermediate.int_institutions as institutions
    left join intermediate.int_institution_listings as listings
        on institutions.institution_id = listings.institution_id
),

listed as (
    select
        institution_id,
        count(distinct article_id) as listed_article_count
    from intermediate.int_listed_articles
    where institution_id is not null
    group by institution_id
),

sums as (
    select
        institution_articles.institution_id,
        count(*) as article_count,
        cast(sum(articles.file_count) as bigint) as file_count,
        cast(sum(articles.size_bytes) as bigint) as size_bytes,
        count(*) - count(articles.file_count) as unknown_files_article_count,
        count(distinct institution_articles.group_id) as group_count,
        count(case when articles.is_embargoed then 1 end) as embargoed_article_count,
        count(case when articles.is_metadata_record then 1 end) as metadata_record_count,
        count(articles.resource_doi) as publication_article_count,
        min(articles.published_on) as first_published_on,
        max(articles.published_on) as last_published_on,
        cast(sum(article_usage.views) as bigint) as views,
        cast(sum(article_usage.downloads) as bigint) as downloads,
        cast(sum(article_usage.shares) as bigint) as shares,
        cast(count(article_usage.usage_as_of) as double) / count(*) as usage_known_ratio,
        min(article_usage.usage_as_of) as usage_as_of,
        cast(sum(article_citations.citations) as bigint) as citations,
        cast(count(article_citations.citations) as double) / count(*) as citations_known_ratio,
        min(article_citations.citations_as_of) as citations_as_of
    from institution_articles
    inner join intermediate.int_articles as articles on institution_articles.article_id = articles.article_id
    left join intermediate.int_article_usage as article_usage on articles.article_id = article_usage.article_id
    left join intermediate.int_article_citations as article_citations
        on articles.article_id = article_citations.article_id
    group by institution_articles.institution_id
),

authors as (
    select
        institution_articles.institution_id,
        count(distinct people.person_id) as author_count,
        count(distinct case when people.orcid is not null then people.person_id end) as orcid_author_count
    from institution_articles
    inner join intermediate.int_article_people as people on institution_articles.article_id = people.article_id
    group by institution_articles.institution_id
)

select
    institutions.institution_id,
    institutions.institution_name,
    institutions.completed_at,
    coalesce(listed.listed_article_count, institutions.zero) as listed_article_count,
    coalesce(
        listed.listed_article_count - coalesce(sums.article_count, 0), institutions.zero
    ) as unloaded_article_count,
    coalesce(sums.article_count, institutions.zero) as article_count,
    case when sums.article_count is null then institutions.zero else sums.file_count end as file_count,
    case when sums.article_count is null then institutions.zero else sums.size_bytes end as size_bytes,
    coalesce(sums.unknown_files_article_count, institutions.zero) as unknown_files_article_count,
    coalesce(authors.author_count, institutions.zero) as author_count,
    coalesce(authors.orcid_author_count, institutions.zero) as orcid_author_count,
    cast(authors.orcid_author_count as double) / nullif(authors.author_count, 0) as orcid_author_ratio,
    coalesce(sums.group_count, institutions.zero) as group_count,
    coalesce(sums.embargoed_article_count, institutions.zero) as embargoed_article_count,
    coalesce(sums.metadata_record_count, institutions.zero) as metadata_record_count,
    coalesce(sums.publication_article_count, institutions.zero) as publication_article_count,
    sums.first_published_on,
    sums.last_published_on,
    case when sums.article_count is null then institutions.zero else sums.views end as views,
    case when sums.article_count is null then institutions.zero else sums.downloads end as downloads,
    case when sums.article_count is null then institutions.zero else sums.shares end as shares,
    sums.usage_known_ratio,
    sums.usage_as_of,
    case when sums.article_count is null then institutions.zero else sums.citations end as citations,
    sums.citations_known_ratio,
    sums.citations_as_of
from institutions
left join listed on institutions.institution_id = listed.institution_id and institutions.zero = 0
left join sums on institutions.institution_id = sums.institution_id and institutions.zero = 0
left join authors on institutions.institution_id = authors.institution_id and institutions.zero = 0
