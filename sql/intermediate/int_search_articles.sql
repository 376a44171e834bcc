-- One row per named search and article that it still finds, whether or not the article is loaded.
--
-- What a search does not find any more is left out, and so are withdrawn articles and searches that were never read to
-- their end.
--
-- columns:
--   search: The search: int_searches.search.
--   article_id: The article.
--   group_id: The group it lies in, by its own record, else by the search; NULL when in none, so that it lies in no
--     institution's repository.
--   is_loaded: Whether its record is loaded.

with
found_articles as (select * from intermediate.int_listed_articles where search is not null)

select
    found_articles.search,
    found_articles.article_id,
    coalesce(articles.group_id, found_articles.group_id) as group_id,
    articles.article_id is not null as is_loaded
from found_articles
left join intermediate.int_articles as articles on found_articles.article_id = articles.article_id
