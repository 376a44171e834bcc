-- One row per funder that a person's articles name, by kind, the most frequent first: a person is no scope of
-- reports.funders.
--
-- parameters:
--   author_id: the person.
--
-- columns:
--   funding_kind: as in reports.funders.
--   funder: the funder; NULL where none is named.
--   article_count: articles that name it.
--   downloads: their downloads; NULL if known for none of them.

with
named as (
    select distinct
        article_id,
        funding_kind,
        funder
    from reports.article_funding
)

select
    named.funding_kind,
    named.funder,
    count(*) as article_count,
    cast(sum(articles.downloads) as bigint) as downloads
from named
inner join reports.articles as articles on named.article_id = articles.article_id
where
    named.article_id in (
        select theirs.article_id from reports.author_articles as theirs
        where theirs.author_id = $author_id
    )
group by named.funding_kind, named.funder
order by named.funding_kind asc, article_count desc, named.funder asc
