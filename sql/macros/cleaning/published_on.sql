-- The day (UTC) on which an article was first public: first online, else published, else posted.
--
-- parameters:
--   first_online_at: when it was first online.
--   published_at: when its latest version was published.
--   posted_at: when its latest version was posted.

select cast(coalesce(first_online_at, published_at, posted_at) as date)
