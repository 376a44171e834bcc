-- One row per article and work that cites one of its DOIs now: the article's citations.
--
-- All DOIs of the article count together, those of its versions too, and a work counts once however often it cites
-- them. A DOI of the article's own is no work that cites it.
--
-- key: article_id, citing_doi
-- columns:
--   article_id: The article.
--   citing_doi: The DOI of the work, in lower case.
--   cited_doi: The DOI that it cites, the first of them in the order of the alphabet.
--   relations: How it is related, each way once, joined by `; `.
--   sources: Where DataCite has it from, each once, joined by `; `.
--   cited_at: When it was first cited, as DataCite says (UTC); NULL when not said.
--   first_seen_at: When it was first read (UTC).
--   last_seen_at: When it was last read (UTC).

with
own as (
    select
        doi,
        article_id
    from intermediate.int_dois
    where article_id is not null
)

select
    own.article_id,
    citations.citing_doi,
    min(citations.cited_doi) as cited_doi,
    string_agg(distinct citations.relation, '; ' order by citations.relation) as relations,
    string_agg(distinct citations.source, '; ' order by citations.source) as sources,
    min(citations.occurred_at) as cited_at,
    min(citations.first_seen_at) as first_seen_at,
    max(citations.last_seen_at) as last_seen_at
from datacite.citations
inner join own on citations.cited_doi = own.doi
left join own as citing on citations.citing_doi = citing.doi and own.article_id = citing.article_id
where citations.withdrawn_at is null and citing.doi is null
group by own.article_id, citations.citing_doi
