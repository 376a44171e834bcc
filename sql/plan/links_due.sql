-- One row per address that articles name and that has to be asked for whether it still answers.
--
-- Those that were never asked for come first, then those that did not answer well, the longest ago first. What did not
-- answer well is asked for four times as often.
--
-- parameters:
--   now: the time now (UTC).
--   max_age_days: each is asked for again after so many days.
--
-- columns:
--   link: the address.

with
links as (
    select distinct link
    from intermediate.int_article_links
)

select links.link
from links
left join figshare.link_checks on links.link = link_checks.link
where
    link_checks.checked_at is null
    or link_checks.checked_at > $now
    or link_checks.checked_at <= $now - to_days(cast($max_age_days as integer))
    or (
        link_checks.state not in ('ok', 'moved')
        and link_checks.checked_at <= $now - to_hours(cast(ceil($max_age_days * 6) as integer))
    )
order by
    link_checks.checked_at is not null, coalesce(link_checks.state in ('ok', 'moved'), false),
    link_checks.checked_at, links.link
