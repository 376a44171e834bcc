-- One row per part of the articles, of the authors, of the groups, and of what usage is of, by ranges of their ids:
-- what is too much to be computed at once is computed for one part after the other. Rows of no author or group are a
-- separate part; others always have an id. No row where there is none.
--
-- There are up to 32 parts of each, and 8 of the groups: each reads all usage. Where they end need not be exact, which
-- would take more memory.
--
-- columns:
--   id_column: `article_id`, `author_id`, `group_id` or `entity_id`.
--   condition: what an id of the part fulfils, in SQL.

with
ids as (
    select
        'article_id' as id_column,
        article_id as id
    from figshare.articles
    union all
    select
        'author_id' as id_column,
        author_id as id
    from figshare.article_authors
    union all
    select
        'entity_id' as id_column,
        entity_id as id
    from figshare.usage_totals
),

quantiles as (
    select
        id_column,
        unnest(approx_quantile(id, cast([part / 32 for part in range(1, 32)] as float[]))) as first_id
    from ids
    group by id_column
    union all
    select
        'group_id' as id_column,
        unnest(approx_quantile(group_id, cast([part / 8 for part in range(1, 8)] as float[]))) as first_id
    from figshare.articles
    having count(group_id) > 0
),

firsts as (
    select distinct
        id_column,
        first_id
    from quantiles
),

bounds as (
    select
        id_column,
        first_id,
        lead(first_id) over (partition by id_column order by first_id) as next_id
    from firsts
)

select
    id_column,
    id_column || ' >= ' || first_id || coalesce(' and ' || id_column || ' < ' || next_id, '') as condition
from bounds
union all
select
    id_column,
    id_column || ' < ' || min(first_id) as condition
from bounds
group by id_column
union all
select distinct
    id_column,
    id_column || ' is null' as condition
from bounds
where id_column in ('author_id', 'group_id')
