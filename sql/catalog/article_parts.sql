-- One row per part of the articles, 32 where there are as many articles, by ranges of their ids: what is too much to be
-- computed at once is computed for one part after the other. No row where there is no article.
--
-- columns:
--   condition: what an `article_id` of the part fulfils, in SQL.

with
quantiles as (
    select unnest(quantile_disc(article_id, [part / 32 for part in range(1, 32)])) as article_id
    from figshare.articles
),

firsts as (
    select distinct article_id as first_id
    from quantiles
    where article_id is not null
),

bounds as (
    select
        first_id,
        lead(first_id) over (order by first_id) as next_id
    from firsts
)

select 'article_id >= ' || first_id || coalesce(' and article_id < ' || next_id, '') as condition
from bounds
union all
select 'article_id < ' || min(first_id) as condition
from bounds
having count(*) > 0
