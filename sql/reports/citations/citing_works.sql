-- One row per article that a listing currently holds and work that cites it, as DataCite knows.
--
-- A work is here once for an article, however many of its versions it cites, and once more for each other article. For
-- showing depositors who uses their data, and for looking up each citation.
--
-- key: article_id, citing_doi
-- columns:
--   doi: DOI of the article's latest version, without `https://doi.org/`; NULL when it has none.
--   citing_doi: The DOI of the work, in lower case.
--   cited_doi: The DOI that it cites, the first of them in the order of the alphabet.
--   relations: How it is related, as DataCite says: is-cited-by, is-referenced-by and is-supplement-to from the side of
--     the article, cites, references and is-supplemented-by from that of the work; several joined by `; `.
--   sources: Where DataCite has it from, joined by `; `: crossref, datacite-related …
--   cited_at: When it was first cited, as DataCite says (UTC); NULL when not said.
--   first_seen_at: When it was first read (UTC).
--   last_seen_at: When it was last read (UTC).

select
    citing.article_id,
    articles.title,
    articles.doi,
    citing.citing_doi,
    citing.cited_doi,
    citing.relations,
    citing.sources,
    citing.cited_at,
    citing.first_seen_at,
    citing.last_seen_at
from intermediate.int_article_citing as citing
inner join intermediate.int_articles as articles on citing.article_id = articles.article_id
