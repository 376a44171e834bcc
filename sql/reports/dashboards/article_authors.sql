-- One row per author entry of an item, as the item shows it.
--
-- An entry without an author id is here, too. `author_id` is Figshare's own; reports.authors tells which ids are one
-- person. For dashboards: join by `article_id` to reports.article_main.
--
-- key: article_id, position
-- columns:
--   article_id: The item: reports.article_main.article_id.
--   position: The place among the item's authors, from 1.
--   author_id: Figshare's id of the author; NULL when the entry has none.
--   full_name: The name as the item shows it; NULL when it shows none.
--   orcid: The author's ORCID iD as given there; NULL when none is given or it is not valid.
--   affiliations: The author's affiliations as the item lists them, in its order, joined by `; `; NULL when it lists
--     none, or was read through Figshare's API v2, which has none.

select
    items.article_id,
    article_authors.position,
    article_authors.author_id,
    article_authors.full_name,
    article_authors.orcid,
    author_affiliations.affiliations
from reports.article_main as items
inner join intermediate.int_article_authors as article_authors on items.article_id = article_authors.article_id
left join intermediate.int_author_affiliations as author_affiliations
    on
        article_authors.article_id = author_affiliations.article_id
        and article_authors.position = author_affiliations.author_position
