-- One row per named search.
--
-- Counted is what the search still finds. Counts of articles that are loaded leave out those whose record is not read
-- yet, and so does usage. An article lies in an institution's repository when it lies in a group. What is found is
-- shown by reports.item_types, licenses, funders, grants, top_tags, top_categories, top_articles, hosts and the other
-- reports with a `scope`: `where scope = 'search' and scope_name = NAME`. For finding an institution all over Figshare.
--
-- key: search
-- columns:
--   search: Name of the search.
--   search_for: What it looks for, in Figshare's search language; NULL when it only filters.
--   completed_at: When it was last read to its end (UTC).
--   found_article_count: Articles that it finds; NULL when it was never read to its end.
--   unloaded_article_count: Those of them whose record is not loaded yet; NULL when not known.
--   article_count: Those of them that are loaded; NULL when not known.
--   group_article_count: Found articles that lie in a group, and so in an institution's repository; NULL when not
--     known.
--   group_article_ratio: Their share of the found articles, 0 to 1; NULL when nothing is found or it is not known.
--   listed_article_count: Found articles that an institution of this warehouse lists, too; NULL when not known.
--   host_count: Different web sites that show the loaded ones; NULL when not known.
--   views: Views of the loaded ones since the beginning; NULL when of none they are known. Figshare's own counts, not
--     COUNTER's.
--   downloads: Downloads of the loaded ones; NULL when of none they are known.
--   usage_known_ratio: Share of the loaded ones whose views and downloads are known, 0 to 1; where it is below 1, the
--     sums leave out the others. NULL when there are none or it is not known.
--   usage_as_of: When they were last known, the earliest of them (UTC); NULL when of none.

with
searches as (select * from intermediate.int_searches),

listed_ids as (
    select distinct article_id
    from intermediate.int_listed_articles
    where institution_id is not null
),

sums as (
    select
        search_articles.search,
        count(*) as found_article_count,
        count(case when search_articles.is_loaded then 1 end) as article_count,
        count(search_articles.group_id) as group_article_count,
        count(listed_ids.article_id) as listed_article_count,
        count(distinct case when search_articles.is_loaded then article_hosts.host end) as host_count,
        cast(sum(case when search_articles.is_loaded then article_usage.views end) as bigint) as views,
        cast(sum(case when search_articles.is_loaded then article_usage.downloads end) as bigint) as downloads,
        count(
            case when search_articles.is_loaded then article_usage.usage_as_of end
        ) as usage_article_count,
        min(
            case when search_articles.is_loaded then article_usage.usage_as_of end
        ) as usage_as_of
    from intermediate.int_search_articles as search_articles
    left join listed_ids on search_articles.article_id = listed_ids.article_id
    left join staging.stg_article_hosts as article_hosts on search_articles.article_id = article_hosts.article_id
    left join intermediate.int_article_usage as article_usage on search_articles.article_id = article_usage.article_id
    group by search_articles.search
),

counted as (
    select
        searches.search,
        coalesce(sums.found_article_count, 0) as found_article_count,
        coalesce(sums.article_count, 0) as article_count,
        coalesce(sums.group_article_count, 0) as group_article_count,
        coalesce(sums.listed_article_count, 0) as listed_article_count,
        coalesce(sums.host_count, 0) as host_count,
        case when sums.found_article_count is null then 0 else sums.views end as views,
        case when sums.found_article_count is null then 0 else sums.downloads end as downloads,
        sums.usage_article_count,
        sums.usage_as_of
    from searches
    left join sums on searches.search = sums.search
    where searches.completed_at is not null
)

select
    searches.search,
    searches.search_for,
    searches.completed_at,
    counted.found_article_count,
    counted.found_article_count - counted.article_count as unloaded_article_count,
    counted.article_count,
    counted.group_article_count,
    case
        when counted.found_article_count > 0
            then cast(counted.group_article_count as double) / counted.found_article_count
    end as group_article_ratio,
    counted.listed_article_count,
    counted.host_count,
    counted.views,
    counted.downloads,
    case
        when counted.article_count > 0
            then cast(counted.usage_article_count as double) / counted.article_count
    end as usage_known_ratio,
    counted.usage_as_of
from searches
left join counted on searches.search = counted.search
