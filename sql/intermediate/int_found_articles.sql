-- One row per search and article that it found, now or once.
--
-- columns:
--   search: Name of the search.
--   article_id: The article.
--   group_id: The group that the search puts it in; NULL when it names none.
--   title: Title as the search gives it; may hold HTML.
--   url: Address of the public page as the search gives it.
--   first_seen_at: When the search first found it (UTC).
--   last_seen_at: When the search last found it (UTC).
--   is_found: Whether the search still finds it and it is not withdrawn; NULL while the search was never read to its
--     end.

select
    coalesce(listings.search, substr(listed_articles.listing, length('search ') + 1)) as search,
    listed_articles.article_id,
    nullif(listed_articles.group_id, 0) as group_id,
    staging.blank_to_null(listed_articles.title) as title,
    staging.blank_to_null(listed_articles.url_public_html) as url,
    coalesce(first_listed.first_seen_at, listed_articles.seen_at) as first_seen_at,
    listed_articles.seen_at as last_seen_at,
    case
        when listings.listing is not null then current_articles.article_id is not null
    end as is_found
from figshare.listed_articles
left join figshare.listings on listed_articles.listing = listings.listing
left join figshare.first_listed
    on listed_articles.listing = first_listed.listing and listed_articles.article_id = first_listed.article_id
left join intermediate.int_listed_articles as current_articles
    on listed_articles.listing = current_articles.listing and listed_articles.article_id = current_articles.article_id
where listed_articles.listing like 'search %'
