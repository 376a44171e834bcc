-- One row per article of int_articles with its state, its owner and its newest review.
--
-- columns:
--   article_id: Figshare's id of the article.
--   state: draft (never published), embargoed (published, and all of it under embargo), public, or unpublished (public
--     once).
--   account_name: Name of the owner; NULL when not known.
--   email: E-mail address of the owner; NULL when not known.
--   group_name: Name of the group it lies in; NULL when in none or not known.
--   school: School of the user's list that the group belongs to; NULL when none.
--   review_id: Its newest review; NULL when it was never submitted, or reviews are not known.
--   review_status: Status of that review.

with
public_ids as (select distinct article_id from reports.articles),

newest_reviews as (
    select
        article_id,
        max(review_id) as review_id,
        arg_max(status, review_id) as status
    from figshare_internal.reviews
    where left_at is null
    group by article_id
)

select
    articles.article_id,
    case
        when public_ids.article_id is not null then 'public'
        when articles.published_at is null and articles.is_embargoed and articles.embargo_type = 'article'
            then 'embargoed'
        -- Not every refresh lists what is public; int_owned_articles counts it in the same way.
        when articles.is_public or articles.status = 'public' then 'public'
        when articles.published_at is null then 'draft'
        else 'unpublished'
    end as state,
    accounts.account_name,
    accounts.email,
    groups.group_name,
    groups.school,
    newest_reviews.review_id,
    newest_reviews.status as review_status
from internal_staging.int_articles as articles
left join public_ids on articles.article_id = public_ids.article_id
left join internal_staging.int_accounts as accounts on articles.account_id = accounts.account_id
left join internal_staging.int_groups as groups on articles.group_id = groups.group_id
left join newest_reviews on articles.article_id = newest_reviews.article_id
