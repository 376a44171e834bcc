-- One row per article whose working copy has to be read: it is new, the list or its newest review shows it changed, or
-- its detail is old.
--
-- Only articles that this token sees, and that are not gone. Lists of before 2026 have no date of the last change:
-- details of articles without one are read again sooner. One that this token was refused is not asked for again for
-- some days, unless the list shows it changed, and is asked for last then.
--
-- parameters:
--   token_mark: the token.
--   started_at: when this refresh started (UTC).
--   max_age_days: after so many days a detail is read again.
--   undated_max_age_days: the same where the list does not say when an article was changed.
--   refused_days: so long a refusal holds.
--
-- columns:
--   article_id: the article.
--   listed_mark: a digest of what the list shows of it.
--   review_mark: its newest review and the review's status; NULL without one.
--   is_held: whether its detail was ever read.

with
newest_reviews as (
    select
        article_id,
        max(review_id) || ' ' || arg_max(status, review_id) as review_mark
    from figshare_internal.reviews
    where left_at is null
    group by article_id
),

-- In both lists, an article is as the later reading shows it.
listed as (
    select
        article_id,
        listed_mark,
        modified_date
    from figshare_internal.listed_articles
    where left_at is null and token_mark = $token_mark
    qualify row_number() over (partition by article_id order by seen_at desc, part asc) = 1
),

refusals as (
    select
        record_id,
        listed_mark,
        refused_at
    from figshare_internal.refusals
    where part = 'article details' and token_mark = $token_mark
)

select
    listed.article_id,
    listed.listed_mark,
    newest_reviews.review_mark,
    articles.article_id is not null as is_held
from listed
left join figshare_internal.articles as articles on listed.article_id = articles.article_id
left join newest_reviews on listed.article_id = newest_reviews.article_id
left join refusals on listed.article_id = refusals.record_id
where
    not (
        refusals.record_id is not null
        and refusals.listed_mark is not distinct from listed.listed_mark
        and refusals.refused_at >= coalesce(articles.fetched_at, refusals.refused_at)
        and refusals.refused_at >= $started_at - to_seconds(86400.0 * $refused_days)
    )
    and (
        articles.article_id is null
        or articles.listed_mark is distinct from listed.listed_mark
        or articles.review_mark is distinct from newest_reviews.review_mark
        or articles.fetched_at < $started_at - to_seconds(86400.0 * $max_age_days)
        or (
            listed.modified_date is null
            and articles.fetched_at < $started_at - to_seconds(86400.0 * $undated_max_age_days)
        )
    )
order by refusals.record_id is not null, articles.fetched_at nulls first, listed.article_id
