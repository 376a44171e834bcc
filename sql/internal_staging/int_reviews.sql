-- One row per review that is not gone, with its people, its group, and what its comments say of it.
--
-- A review is decided when it is approved or rejected. One that is opened again keeps its id: it waits since the last
-- decision in its comments.
--
-- columns:
--   review_id: Figshare's id of the review.
--   article_id: The article.
--   status: pending, approved, rejected or closed.
--   round: Which time the article was submitted, from 1.
--   version: Number of the version that was submitted.
--   group_id: The group that it lies in.
--   group_name: Name of that group; NULL when not known.
--   owner_account_id: The account that owns the article.
--   owner_name: Name of the owner; NULL when not known.
--   owner_email: E-mail address of the owner; NULL when not known.
--   reviewer_account_id: The account of the reviewer; NULL while it is with none.
--   reviewer_name: Name of the reviewer; NULL when not known.
--   submitted_at: When it was submitted (UTC).
--   waiting_since: Since when it waits (UTC); NULL when it does not.
--   decided_at: When it was approved, rejected or closed (UTC); NULL while it waits, and when not known.
--   decision_days: Days from the submission to that; NULL when not known.
--   comment_count: Comments, that of the decision included; NULL when not known.
--   last_commented_at: When the last comment was written (UTC); NULL when there is none or it was not read.
--   last_commented_by: Name of who wrote it; NULL when not known.
--   decision_comment: Comment of the decision; NULL when none.
--   seen_at: When the review was last seen (UTC).

with
comments as (
    select
        review_id,
        max(created_date) as last_commented_at,
        arg_max(account_id, comment_id) as last_account_id,
        max(created_date) filter (where comment_type <> 'comment') as last_decided_at
    from figshare_internal.review_comments
    group by review_id
),

dated as (
    select
        reviews.*,
        comments.last_commented_at,
        comments.last_account_id,
        case
            when reviews.status = 'pending'
                then greatest(reviews.created_date, coalesce(comments.last_decided_at, reviews.created_date))
        end as waiting_since,
        case
            when reviews.status <> 'pending' then coalesce(reviews.review_date, comments.last_decided_at)
        end as decided_at
    from figshare_internal.reviews as reviews
    left join comments on reviews.review_id = comments.review_id
    where reviews.left_at is null
)

select
    dated.review_id,
    dated.article_id,
    dated.status,
    dated.request_number as round,
    dated.version,
    dated.group_id,
    groups.group_name,
    dated.account_id as owner_account_id,
    owners.account_name as owner_name,
    owners.email as owner_email,
    dated.assigned_to as reviewer_account_id,
    reviewers.account_name as reviewer_name,
    dated.created_date as submitted_at,
    dated.waiting_since,
    dated.decided_at,
    date_diff('second', dated.created_date, dated.decided_at) / 86400.0 as decision_days,
    dated.comments_count as comment_count,
    dated.last_commented_at,
    writers.account_name as last_commented_by,
    staging.blank_to_null(dated.resolution_comment) as decision_comment,
    dated.seen_at
from dated
left join internal_staging.int_groups as groups on dated.group_id = groups.group_id
left join internal_staging.int_accounts as owners on dated.account_id = owners.account_id
left join internal_staging.int_accounts as reviewers on dated.assigned_to = reviewers.account_id
left join internal_staging.int_accounts as writers on dated.last_account_id = writers.account_id
