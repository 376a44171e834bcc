-- One row per institution and article that it currently lists and that has, or had, an embargo.
--
-- What is in force is what the record said when it was read; dates are compared with the day on which the institution's
-- listing was last read to its end, so that a report does not change by itself.
--
-- columns:
--   institution_id: The institution.
--   article_id: The article.
--   embargo_state: `running`, `no end` (in force, without a date), `end not known` (in force, its date cannot be read),
--     `ended since read` (in force when the record was read, its end has passed since), `overdue` (in force although
--     its end had passed when the record was read), `ended` (not in force, its end has passed) or `lifted` (not in
--     force, though its end is still to come).
--   embargo_type: What it covers, `article` or `file`; NULL when not known.
--   embargo_ends_on: Day (UTC) it ends or was to end; NULL when it has no end, or none that can be read.
--   days_left: Days from `as_of_on` to the end; negative when it has passed; NULL without an end that is known.
--   embargo_title: Its title; NULL when there is none.
--   embargo_reason: Its reason; NULL when none is given.
--   as_of_on: Day (UTC) that the dates are compared with.

with
institution_articles as (
    select * from intermediate.int_institution_articles
    where institution_id is not null
),

embargoed as (
    select
        institution_articles.institution_id,
        articles.article_id,
        coalesce(articles.is_embargoed, false) as is_embargoed,
        staging.blank_to_null(articles.embargo_type) as embargo_type,
        cast(articles.embargo_date as date) as embargo_ends_on,
        coalesce(articles.is_embargo_date_unreadable, false) as is_end_unreadable,
        staging.blank_to_null(articles.embargo_title) as embargo_title,
        staging.blank_to_null(articles.embargo_reason) as embargo_reason,
        -- Figshare can say that a record is still as it was read.
        cast(greatest(articles.fetched_at, article_checks.checked_at) as date) as read_on,
        cast(greatest(articles.fetched_at, article_checks.checked_at, institutions.completed_at) as date) as as_of_on
    from institution_articles
    inner join figshare.articles on institution_articles.article_id = articles.article_id
    left join figshare.article_checks on articles.article_id = article_checks.article_id
    left join intermediate.int_institution_listings as institutions
        on institution_articles.institution_id = institutions.institution_id
    where articles.is_embargoed or articles.embargo_date is not null
)

select
    institution_id,
    article_id,
    case
        when is_embargoed and is_end_unreadable then 'end not known'
        when is_embargoed and embargo_ends_on is null then 'no end'
        when is_embargoed and embargo_ends_on >= as_of_on then 'running'
        when is_embargoed and embargo_ends_on >= read_on then 'ended since read'
        when is_embargoed then 'overdue'
        when embargo_ends_on > as_of_on then 'lifted'
        else 'ended'
    end as embargo_state,
    embargo_type,
    embargo_ends_on,
    date_diff('day', as_of_on, embargo_ends_on) as days_left,
    embargo_title,
    embargo_reason,
    as_of_on
from embargoed
