-- One row per loaded article: the web site that shows it.
--
-- columns:
--   article_id: The article.
--   host: Host name of its public page, in lower case: `figshare.com` or a portal's own; NULL when its record names no
--     page.

select
    article_id,
    nullif(
        lower(
            regexp_extract(
                coalesce(staging.blank_to_null(figshare_url), staging.blank_to_null(url_public_html)),
                '^https?://([^/:?#]+)',
                1
            )
        ),
        ''
    ) as host
from figshare.articles
