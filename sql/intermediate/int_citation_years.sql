-- One row per scope and year, from the first in which an article of it was cited to the last; NULL for citations
-- without a date.
--
-- key: scope_id, cited_year
-- columns:
--   scope_id: The scope: int_scopes.scope_id.
--   cited_year: The year (UTC); NULL where DataCite does not say when.
--   citations: Works that cite an article of the scope, once for each article; 0 when none did.
--   cited_article_count: Different articles that were cited.
--   citing_work_count: Different works that cited them, each once.

with
cited as (
    select
        scope_articles.scope_id,
        citing.article_id,
        citing.citing_doi,
        cast(year(citing.cited_at) as bigint) as cited_year
    from intermediate.int_scope_articles as scope_articles
    inner join intermediate.int_article_citations as known on scope_articles.article_id = known.article_id
    inner join intermediate.int_article_citing as citing on scope_articles.article_id = citing.article_id
),

sums as (
    select
        scope_id,
        cited_year,
        count(*) as citations,
        count(distinct article_id) as cited_article_count,
        count(distinct citing_doi) as citing_work_count
    from cited
    group by scope_id, cited_year
),

years as (
    select
        scope_id,
        unnest(range(min(cited_year), max(cited_year) + 1)) as cited_year
    from sums
    where cited_year is not null
    group by scope_id
    union all
    select
        scope_id,
        cited_year
    from sums
    where cited_year is null
)

select
    years.scope_id,
    years.cited_year,
    coalesce(sums.citations, 0) as citations,
    coalesce(sums.cited_article_count, 0) as cited_article_count,
    coalesce(sums.citing_work_count, 0) as citing_work_count
from years
left join sums on years.scope_id = sums.scope_id and years.cited_year is not distinct from sums.cited_year
