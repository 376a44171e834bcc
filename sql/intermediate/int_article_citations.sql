-- One row per article of which it is known how many works cite it.
--
-- It is known when DataCite shows a DOI of the article, and of each of them that is cited it was read by whom. DOIs of
-- other agencies are not at DataCite, so of these it is not known.
--
-- key: article_id
-- columns:
--   article_id: The article.
--   citations: Different works that cite it; 0 when none does.
--   citations_as_of: Up to when that is known (UTC).

with
known as (
    select
        dois.article_id,
        min(coalesce(dois.known_at, citation_readings.read_at)) as citations_as_of
    from intermediate.int_dois as dois
    left join datacite.citation_readings on dois.doi = citation_readings.doi
    where dois.article_id is not null
    group by dois.article_id
    having bool_and(dois.citation_count = 0 or citation_readings.doi is not null) is true
),

works as (
    select
        article_id,
        count(*) as citations
    from intermediate.int_article_citing
    group by article_id
)

select
    known.article_id,
    coalesce(works.citations, 0) as citations,
    known.citations_as_of
from known
left join works on known.article_id = works.article_id
