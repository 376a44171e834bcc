-- One row per loaded article and different tag of it. Tags that differ only in capitals or white
-- space are one tag.
--
-- columns:
--   article_id: The article.
--   tag: The tag in the writing that most articles use (of several as frequent, the first in the
--     alphabet).
--   position: Its first place among the article's tags, from 1.

with

article_tags as (

    select * from figshare.article_tags

),

folded as (

    select
        article_id,
        position,
        trim(regexp_replace(tag, '[\s\p{Z}]+', ' ', 'g')) as tag

    from article_tags

),

written as (

    select
        lower(tag) as tag_key,
        tag,
        count(distinct article_id) as article_count

    from folded
    where tag <> ''
    group by tag

),

one_writing as (

    select
        tag_key,
        tag

    from written
    qualify row_number() over (partition by tag_key order by article_count desc, tag asc) = 1

),

different_tags as (

    select
        folded.article_id,
        one_writing.tag,
        min(folded.position) as position

    from folded
    inner join one_writing on lower(folded.tag) = one_writing.tag_key
    group by folded.article_id, one_writing.tag

)

select * from different_tags
