-- One row per licence of a person's articles, the most frequent first: a person is no scope of reports.licenses.
--
-- parameters:
--   author_id: the person.
--
-- columns:
--   license: the licence; NULL when not known.
--   article_count: articles under it.
--   article_ratio: their share of the person's.
--   downloads: their downloads; NULL if known for none of them.

select
    license,
    count(*) as article_count,
    count(*) / sum(count(*)) over () as article_ratio,
    cast(sum(downloads) as bigint) as downloads
from reports.articles
where
    article_id in (
        select theirs.article_id from reports.author_articles as theirs
        where theirs.author_id = $author_id
    )
group by license
order by article_count desc, license asc
