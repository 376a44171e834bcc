-- One row per article that a listing currently holds, place in it and address that it names there: files that lie
-- elsewhere, references and related materials, and whether the address still answers.
--
-- Addresses are asked for with `--links` only. A wall that refuses programs is no broken link: people may well get
-- through. For keeping references alive: `where state in ('gone', 'unreachable')`.
--
-- key: article_id, place, position
-- columns:
--   place: Where the article names it: file, reference or related_material.
--   position: The place in the article's list, from 1.
--   link: The address.
--   state: ok; moved (it answers, and has another address for good); gone (404 or 410); refused (it answers that
--     programs or strangers may not have it); unreachable (no answer, that of a failing server, or an address that is
--     not public and was not asked); NULL when it was not asked for yet.
--   status: HTTP status of the last response; NULL when there was none.
--   final_link: Where redirects led; NULL for nowhere else, and when not known.
--   message: What was wrong; NULL when nothing was.
--   failing_since: Since when it does not answer well (UTC); NULL when it does, or when not known.
--   checked_at: When it was last asked for (UTC); NULL when never.

select
    links.article_id,
    articles.title,
    links.place,
    links.position,
    links.link,
    link_checks.state,
    link_checks.status,
    link_checks.final_link,
    link_checks.message,
    link_checks.failing_since,
    link_checks.checked_at
from intermediate.int_article_links as links
inner join intermediate.int_articles as articles on links.article_id = articles.article_id
left join figshare.link_checks on links.link = link_checks.link
