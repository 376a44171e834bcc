-- One row per institution that the warehouse knows of.
--
-- Counted are articles that the institution currently lists and that are loaded; people as in reports.authors. Counts
-- are NULL (not known) while no listing of the institution was ever read to its end; when only some of its groups are
-- followed, they cover those groups. Sums of files and sizes leave out articles that do not tell theirs. For the front
-- page of a report: how much there is, how complete it is, and as of when.
--
-- key: institution_id
-- columns:
--   institution_id: Figshare's id of the institution.
--   institution_name: Name of the institution; NULL when not known.
--   completed_at: When its listing was last read to its end (UTC); when only groups are followed, the earliest of
--     theirs; NULL when never.
--   listed_article_count: Articles that it currently lists.
--   unloaded_article_count: Those of them whose record is not loaded yet; every other count leaves them out.
--   article_count: Articles that are listed and loaded.
--   file_count: Files of the articles; NULL when no article tells.
--   size_bytes: Size of the files in bytes; NULL when no article tells.
--   unknown_files_article_count: Articles whose list of files is not known.
--   author_count: Different people who are authors of the articles.
--   orcid_author_count: Those of them whose ORCID iD is known.
--   orcid_author_ratio: Share of authors whose ORCID iD is known, 0 to 1; NULL when there are no authors.
--   group_count: Different groups that the articles lie in.
--   embargoed_article_count: Articles under an embargo that is in force.
--   metadata_record_count: Articles that are records without files.
--   publication_article_count: Articles that name the publication they belong to (`resource_doi`).
--   first_published_on: Day (UTC) the earliest article was first public; NULL when there is none.
--   last_published_on: Day (UTC) the latest article was first public; NULL when there is none.
--   views: Views of the articles since the beginning, each article once; NULL when of none they are known. Figshare's
--     own counts, not COUNTER's.
--   downloads: Downloads of the articles; NULL when of none they are known.
--   shares: Shares of the articles; NULL when of none they are known.
--   usage_known_ratio: Share of the articles whose views and downloads are known, 0 to 1; NULL when there are no
--     articles.
--   usage_as_of: When they were last known, the earliest of them (UTC); NULL when of none.

with
institutions as (select * from intermediate.int_institutions),
institution_articles as (select * from intermediate.int_institution_articles),

listed_counts as (
    select
        institution_id,
        count(distinct article_id) as listed_article_count
    from intermediate.int_listed_articles
    where institution_id is not null
    group by institution_id
),

article_sums as (
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
        min(article_usage.usage_as_of) as usage_as_of
    from institution_articles
    inner join intermediate.int_articles as articles on institution_articles.article_id = articles.article_id
    left join intermediate.int_article_usage as article_usage on articles.article_id = article_usage.article_id
    group by institution_articles.institution_id
),

author_counts as (
    select
        institution_articles.institution_id,
        count(distinct article_people.person_id) as author_count,
        count(
            distinct case when article_people.orcid is not null then article_people.person_id end
        ) as orcid_author_count
    from institution_articles
    inner join intermediate.int_article_people as article_people
        on institution_articles.article_id = article_people.article_id
    group by institution_articles.institution_id
),

counted as (
    select
        institutions.institution_id,
        coalesce(listed_counts.listed_article_count, 0) as listed_article_count,
        coalesce(article_sums.article_count, 0) as article_count,
        case
            when article_sums.article_count is null then 0
            else article_sums.file_count
        end as file_count,
        case
            when article_sums.article_count is null then 0
            else article_sums.size_bytes
        end as size_bytes,
        coalesce(article_sums.unknown_files_article_count, 0) as unknown_files_article_count,
        coalesce(author_counts.author_count, 0) as author_count,
        coalesce(author_counts.orcid_author_count, 0) as orcid_author_count,
        coalesce(article_sums.group_count, 0) as group_count,
        coalesce(article_sums.embargoed_article_count, 0) as embargoed_article_count,
        coalesce(article_sums.metadata_record_count, 0) as metadata_record_count,
        coalesce(article_sums.publication_article_count, 0) as publication_article_count,
        article_sums.first_published_on,
        article_sums.last_published_on,
        case when article_sums.article_count is null then 0 else article_sums.views end as views,
        case
            when article_sums.article_count is null then 0
            else article_sums.downloads
        end as downloads,
        case when article_sums.article_count is null then 0 else article_sums.shares end as shares,
        article_sums.usage_known_ratio,
        article_sums.usage_as_of
    from institutions
    left join listed_counts on institutions.institution_id = listed_counts.institution_id
    left join article_sums on institutions.institution_id = article_sums.institution_id
    left join author_counts on institutions.institution_id = author_counts.institution_id
    where institutions.completed_at is not null
)

select
    institutions.institution_id,
    institutions.institution_name,
    institutions.completed_at,
    counted.listed_article_count,
    counted.listed_article_count - counted.article_count as unloaded_article_count,
    counted.article_count,
    counted.file_count,
    counted.size_bytes,
    counted.unknown_files_article_count,
    counted.author_count,
    counted.orcid_author_count,
    case
        when counted.author_count > 0
            then cast(counted.orcid_author_count as double) / counted.author_count
    end as orcid_author_ratio,
    counted.group_count,
    counted.embargoed_article_count,
    counted.metadata_record_count,
    counted.publication_article_count,
    counted.first_published_on,
    counted.last_published_on,
    counted.views,
    counted.downloads,
    counted.shares,
    counted.usage_known_ratio,
    counted.usage_as_of
from institutions
left join counted on institutions.institution_id = counted.institution_id
