-- One row per review that waits for a decision.
--
-- An article that was submitted again waits with its newest request. Ages are as of when the list of reviews was last
-- read, so that they do not depend on when you look. For what to take up next, and for what nobody has taken up.
--
-- key: review_id
-- columns:
--   review_id: Figshare's id of the review.
--   article_id: The article.
--   title: Title of its working copy as plain text; NULL when that was not read.
--   item_type: Figshare's name of the item type; NULL when the article was not read.
--   round: Which time the article was submitted, from 1.
--   is_new_version: Whether the article is public already, so that a next version waits; NULL when not known.
--   group_id: The group that it lies in; NULL when in none.
--   group_name: Name of that group; NULL when not known.
--   owner_account_id: The account that owns the article; NULL when not known.
--   owner_name: Name of the owner; NULL when not known.
--   owner_email: E-mail address of the owner; NULL when not known.
--   reviewer_account_id: The account of the reviewer; NULL while it is with none.
--   reviewer_name: Name of the reviewer; NULL while it is with none, or when not known.
--   submitted_at: When the review was opened (UTC).
--   waiting_since: Since when it waits (UTC): that, or the last decision of a review that was opened again.
--   waiting_days: Whole days from then to `seen_at`.
--   comment_count: Comments; NULL when not known.
--   last_commented_at: When the last comment was written (UTC); NULL when there is none or it was not read.
--   last_commented_by: Name of who wrote it; NULL when not known.
--   url: Address of the page on which the article is edited; NULL when it was not read.
--   seen_at: When the list of reviews was last read (UTC).

select
    reviews.review_id,
    reviews.article_id,
    articles.title,
    articles.item_type,
    reviews.round,
    states.state = 'public' as is_new_version,
    reviews.group_id,
    reviews.group_name,
    reviews.owner_account_id,
    reviews.owner_name,
    reviews.owner_email,
    reviews.reviewer_account_id,
    reviews.reviewer_name,
    reviews.submitted_at,
    reviews.waiting_since,
    cast(floor(date_diff('second', reviews.waiting_since, reviews.seen_at) / 86400.0) as bigint) as waiting_days,
    reviews.comment_count,
    reviews.last_commented_at,
    reviews.last_commented_by,
    articles.url,
    reviews.seen_at
from internal_staging.int_reviews as reviews
left join internal_staging.int_articles as articles on reviews.article_id = articles.article_id
left join internal_staging.int_article_states as states on reviews.article_id = states.article_id
where reviews.status = 'pending'
