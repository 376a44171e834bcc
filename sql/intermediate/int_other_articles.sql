-- One row per article that was ever listed and that no institution lists now, or whose record is not read yet.
--
-- columns:
--   article_id: The article.
--   state: `public`, `withdrawn` or `left`; NULL when not known.
--   followed_by: Names of the listings that hold it, joined by `; `; NULL when none does.
--   institution_id: The institution that last listed it; NULL when none ever did.
--   listed_group_id: The group that the listing put it in; NULL when in none.
--   listed_title: Title as the listing gives it; may hold HTML.
--   withdrawn_at: When it was found withdrawn (UTC).
--   left_at: When it left (UTC).

with
held_articles as (
    select
        article_id,
        string_agg(listing, '; ' order by listing) as followed_by
    from intermediate.int_listed_articles
    group by article_id
),

leavings as (select * from intermediate.int_article_leavings)

select
    last_listings.article_id,
    case
        when withdrawals.article_id is not null then 'withdrawn'
        when held_articles.article_id is not null then 'public'
        when leavings.article_id is not null then 'left'
    end as state,
    held_articles.followed_by,
    last_listings.institution_id,
    last_listings.group_id as listed_group_id,
    last_listings.title as listed_title,
    withdrawals.withdrawn_at,
    leavings.left_at
from intermediate.int_last_listings as last_listings
anti join intermediate.int_institution_articles as institution_articles
    on last_listings.article_id = institution_articles.article_id
left join held_articles on last_listings.article_id = held_articles.article_id
left join intermediate.int_withdrawals as withdrawals on last_listings.article_id = withdrawals.article_id
left join leavings on last_listings.article_id = leavings.article_id
