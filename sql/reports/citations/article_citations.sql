-- One row per article that a listing currently holds and that is loaded, with how often it is cited, as DataCite knows.
--
-- A citation is a different work that cites the article: one of its DOIs, whichever version it is of, by a relation
-- that DataCite counts. A work that cites two versions counts once, and the article's DOIs do not cite each other.
-- NULL is not known: the article has no DOI, or DataCite does not show it, as it does none of other agencies, or who
-- cites it is not read yet. For rankings beside views and downloads.
--
-- key: article_id
-- columns:
--   doi_count: How many DOIs of the article DataCite shows: one for the article, one for each version; 0 when none.
--   first_cited_at: When it was first cited, as DataCite says (UTC); NULL when never, or not said.
--   last_cited_at: When it was last cited, likewise.

with
doi_counts as (
    select
        article_id,
        count(*) as doi_count
    from intermediate.int_dois
    where article_id is not null
    group by article_id
),

times as (
    select
        article_id,
        min(cited_at) as first_cited_at,
        max(cited_at) as last_cited_at
    from intermediate.int_article_citing
    group by article_id
)

select
    articles.article_id,
    articles.title,
    articles.doi,
    articles.url,
    articles.item_type,
    articles.published_on,
    coalesce(doi_counts.doi_count, 0) as doi_count,
    article_citations.citations,
    times.first_cited_at,
    times.last_cited_at,
    article_citations.citations_as_of
from intermediate.int_articles as articles
left join doi_counts on articles.article_id = doi_counts.article_id
left join intermediate.int_article_citations as article_citations
    on articles.article_id = article_citations.article_id
left join times on articles.article_id = times.article_id
