-- One row per scope and year, from the first in which an article of it was cited to the last: how often its articles
-- were cited, as DataCite knows.
--
-- A work counts once for each article that it cites, in the year in which it first did. Articles of which citations are
-- not known are left out. The year is that of the event at DataCite: for a work that was registered later than it was
-- published it is the later one. Citations without a date are in a separate row. Scopes overlap: choose one, or one
-- kind of them.
--
-- key: scope_id, cited_year
-- columns:
--   institution_id: The institution; NULL for a search.
--   cited_year: The year (UTC); NULL where DataCite does not say when.
--   citations: Works that cite an article of the scope, once for each article; 0 when none did.
--   cited_article_count: Different articles that were cited.
--   citing_work_count: Different works that cited them, each once.

select
    years.scope_id,
    scopes.scope,
    scopes.institution_id,
    scopes.group_id,
    scopes.scope_name,
    years.cited_year,
    years.citations,
    years.cited_article_count,
    years.citing_work_count
from intermediate.int_citation_years as years
inner join intermediate.int_scopes as scopes on years.scope_id = scopes.scope_id
