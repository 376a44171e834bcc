-- One row per loaded article that a listing currently holds and different tag of it. Tags that differ only in capitals
-- or white space are one tag.
--
-- Articles that are public no more have no say in how a tag is written.
--
-- columns:
--   article_id: The article.
--   tag: The tag in the writing that most articles use (of several as frequent, the first in the alphabet).
--   position: Its first place among the article's tags, from 1.

with
listed_ids as (
    select distinct article_id
    from intermediate.int_listed_articles
),

article_tags as (
    select article_tags.*
    from figshare.article_tags as article_tags
    inner join listed_ids on article_tags.article_id = listed_ids.article_id
),

written as (
    select
        tag as written_tag,
        count(distinct article_id) as article_count
    from article_tags
    where tag is not null
    group by tag
),

-- Tags recur, so folding each writing once is several times faster than folding each article's.
folded as (
    select
        written_tag,
        staging.one_line(written_tag) as tag,
        article_count
    from written
),

named as (
    select
        written_tag,
        first_value(tag) over (partition by lower(tag) order by article_count desc, tag asc) as tag
    from folded
    where tag is not null
)

select
    article_tags.article_id,
    named.tag,
    min(article_tags.position) as position
from article_tags
inner join named on article_tags.tag = named.written_tag
group by article_tags.article_id, named.tag
