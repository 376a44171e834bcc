-- One row per institution and article that it currently lists and that is, or was to be, under embargo.
--
-- What is in force is what the record said when it was read. Dates are compared with `as_of_on`, the day on which the
-- institution's listing was last read to its end, so the report changes with a refresh only. For embargoes that run out
-- soon (`where embargo_state = 'running' and days_left <= 90`), for those that should have ended (`overdue`), and for
-- dates left over on open items (`ended`).
--
-- key: institution_id, article_id
-- columns:
--   group_id: Group it lies in; NULL when in none.
--   embargo_state: `running`, `no end` (in force, without a date), `end not known` (in force, its date cannot be read),
--     `ended since read` (in force when the record was read, its end has passed since), `overdue` (in force although
--     its end had passed when the record was read), `ended` (not in force, its end has passed) or `lifted` (not in
--     force, though its end is still to come).
--   embargo_type: What it covers, `article` or `file`; NULL when not known.
--   embargo_ends_on: Day (UTC) it ends or was to end; NULL when it has no end, or none that can be read.
--   days_left: Days from `as_of_on` to that day; negative when it has passed; NULL without an end that is known.
--   embargo_title: Its title; NULL when there is none.
--   embargo_reason: Its reason; NULL when none is given.
--   as_of_on: Day (UTC) that the dates are compared with.
--   fetched_at: When the record was read (UTC).

select
    articles.institution_id,
    articles.article_id,
    articles.title,
    articles.url,
    articles.item_type,
    articles.group_id,
    articles.group_name,
    embargoes.embargo_state,
    embargoes.embargo_type,
    embargoes.embargo_ends_on,
    embargoes.days_left,
    embargoes.embargo_title,
    embargoes.embargo_reason,
    embargoes.as_of_on,
    articles.fetched_at
from reports.articles
inner join intermediate.int_embargoes as embargoes
    on articles.institution_id = embargoes.institution_id and articles.article_id = embargoes.article_id
