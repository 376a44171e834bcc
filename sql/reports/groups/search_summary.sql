-- One row per named search.
--
-- Counted is what the search still finds. Counts of articles that are loaded leave out those whose record is not read
-- yet, and so does usage. An article lies in an institution's repository when it lies in a group. What is found is
-- shown by reports.item_types, licenses, funders, grants, top_tags, top_categories, top_articles, hosts and the other
-- reports with a `scope`: `where scope = 'search' and scope_name = NAME`. For finding an institution all over Figshare.
--
-- key: search
-- columns:
--   search_for: What it looks for, in Figshare's search language; NULL when it only filters.
--   found_article_count: Articles that it finds; NULL when it was never read to its end.
--   unloaded_article_count: Those of them whose record is not loaded yet; NULL when not known.
--   article_count: Those of them that are loaded; NULL when not known.
--   group_article_count: Found articles that lie in a group, and so in an institution's repository; NULL when not
--     known.
--   group_article_ratio: Their share of the found articles, 0 to 1; NULL when nothing is found or it is not known.
--   listed_article_count: Found articles that an institution of this warehouse lists, too; NULL when not known.
--   host_count: Different web sites that show the loaded ones; NULL when not known.
--   views: Views of the loaded ones since the beginning; NULL if known for none of them. Figshare's own counts, not
--     COUNTER's.
--   downloads: Downloads of the loaded ones; NULL if known for none of them.
--   usage_known_ratio: Share of the loaded ones whose all-time totals of views and downloads are known, 0 to 1; where
--     it is below 1, the sums leave out the others. NULL when there are none or it is not known.

with
listed_ids as (
    select distinct article_id
    from intermediate.int_listed_articles
    where institution_id is not null
),

sums as (
    select
        found.search,
        count(*) as found_article_count,
        count(*) filter (where found.is_loaded) as article_count,
        count(found.group_id) as group_article_count,
        count(listed_ids.article_id) as listed_article_count,
        count(distinct case when found.is_loaded then article_hosts.host end) as host_count,
        cast(sum(article_usage.views) filter (where found.is_loaded) as bigint) as views,
        cast(sum(article_usage.downloads) filter (where found.is_loaded) as bigint) as downloads,
        count(article_usage.usage_as_of) filter (where found.is_loaded) as usage_article_count,
        min(article_usage.usage_as_of) filter (where found.is_loaded) as usage_as_of
    from intermediate.int_search_articles as found
    left join listed_ids on found.article_id = listed_ids.article_id
    left join staging.stg_article_hosts as article_hosts on found.article_id = article_hosts.article_id
    left join intermediate.int_article_usage as article_usage on found.article_id = article_usage.article_id
    group by found.search
),

searches as (
    select
        *,
        -- What a search found is known once it was read to its end.
        case when completed_at is not null then 0 end as zero
    from intermediate.int_searches
)

select
    searches.search,
    searches.search_for,
    searches.completed_at,
    coalesce(sums.found_article_count, searches.zero) as found_article_count,
    coalesce(sums.found_article_count - sums.article_count, searches.zero) as unloaded_article_count,
    coalesce(sums.article_count, searches.zero) as article_count,
    coalesce(sums.group_article_count, searches.zero) as group_article_count,
    cast(sums.group_article_count as double) / sums.found_article_count as group_article_ratio,
    coalesce(sums.listed_article_count, searches.zero) as listed_article_count,
    coalesce(sums.host_count, searches.zero) as host_count,
    case when sums.search is null then searches.zero else sums.views end as views,
    case when sums.search is null then searches.zero else sums.downloads end as downloads,
    cast(sums.usage_article_count as double) / nullif(sums.article_count, 0) as usage_known_ratio,
    sums.usage_as_of
from searches
left join sums on searches.search = sums.search and searches.completed_at is not null
