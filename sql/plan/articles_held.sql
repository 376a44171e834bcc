-- One row where the warehouse holds anything of the articles that were just read, else none.
--
-- Where it holds nothing, what was read can be added as it is, which takes DuckDB half the time of putting it in the
-- place of what was there before. Each table is looked at, since a load that was broken off may have left rows in some
-- and none in others.
--
-- `fetched_ids` are the articles, in the column article_id.
--
-- columns:
--   is_held: true.

with
held_ids as (
    select article_id from figshare.articles
    union all
    select article_id from figshare.article_authors
    union all
    select article_id from figshare.article_categories
    union all
    select article_id from figshare.article_tags
    union all
    select article_id from figshare.article_files
    union all
    select article_id from figshare.article_funding
    union all
    select article_id from figshare.article_references
    union all
    select article_id from figshare.article_related_materials
    union all
    select article_id from figshare.article_custom_fields
    union all
    select article_id from figshare.article_author_affiliations
    union all
    select article_id from figshare.article_versions
    union all
    select article_id from figshare.article_checks
)

select distinct true as is_held
from held_ids
semi join fetched_ids on held_ids.article_id = fetched_ids.article_id
