-- One row per article that left: the last of the listings that showed it holds it no more, though it was not withdrawn.
--
-- Those of institutions and groups count if any ever showed it, else others. A listing that was not followed any more
-- when its whole institution was read held it until it was last seen there. What is listed again has not left.
--
-- columns:
--   article_id: The article.
--   left_at: When it left (UTC).

with
current_withdrawals as (select * from intermediate.int_withdrawals),

sightings as (
    select
        listed_articles.article_id,
        listed_articles.listing not like 'institution %' as is_other,
        bool_and(listed_articles.listing not like 'institution %') over (
            partition by listed_articles.article_id
        ) as is_only_other,
        case
            when listed_articles.left_at is not null then listed_articles.left_at
            when
                listings.listing is not null
                and current_articles.article_id is null
                and current_withdrawals.article_id is null
                then listed_articles.seen_at
        end as left_at
    from figshare.listed_articles
    left join figshare.listings on listed_articles.listing = listings.listing
    left join intermediate.int_listed_articles as current_articles
        on
            listed_articles.listing = current_articles.listing
            and listed_articles.article_id = current_articles.article_id
    left join current_withdrawals
        on listed_articles.article_id = current_withdrawals.article_id
),

last_left as (
    select
        article_id,
        max(left_at) as left_at
    from sightings
    where is_other = is_only_other
    group by article_id
    having count(*) = count(left_at)
),

last_returns as (
    select
        article_id,
        max(returned_at) as returned_at
    from intermediate.int_article_returns
    group by article_id
)

select
    last_left.article_id,
    -- What returned without being listed was away all the same.
    greatest(last_left.left_at, last_returns.returned_at) as left_at
from last_left
left join last_returns on last_left.article_id = last_returns.article_id
left join current_withdrawals on last_left.article_id = current_withdrawals.article_id
-- What is withdrawn leaves its listings by that.
where current_withdrawals.article_id is null or last_left.left_at < current_withdrawals.withdrawn_at
