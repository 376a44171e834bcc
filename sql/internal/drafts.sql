-- One row per article that is not public: a draft, one that was unpublished, or one wholly under embargo.
--
-- Next versions of public articles are in internal.public_private_differences. Ages are as of when the article was last
-- seen. For drafts that were forgotten, and for what their owners still have to fill in.
--
-- key: article_id
-- columns:
--   article_id: Figshare's id of the article.
--   state: draft (never published), unpublished (public once) or embargoed (published, and all of it under embargo).
--   title: Title as plain text; NULL when none.
--   item_type: Figshare's name of the item type; NULL when none is chosen.
--   account_id: The account that owns it; NULL when not known.
--   account_name: Name of the owner; NULL when not known.
--   email: E-mail address of the owner; NULL when not known.
--   group_id: Group it lies in; NULL when in none.
--   group_name: Name of that group; NULL when in none or not known.
--   school: School of the user's list that the group belongs to; NULL when none.
--   created_at: When it was created (UTC).
--   modified_at: When it was last modified (UTC).
--   age_days: Whole days from its creation to `seen_at`.
--   idle_days: Whole days from its last change to `seen_at`.
--   review_status: Status of its newest review; NULL when it was never submitted, or reviews are not known.
--   missing: What Figshare needs before it can be published and is empty, joined by `; `: authors, categories,
--     description, files, item type, keywords, licence, title, and mandatory custom fields by their names; NULL when
--     nothing is. A record without files needs none.
--   missing_count: How many of them.
--   file_count: Files; NULL when there are ten or more, and when not known.
--   size_bytes: Size of the files in bytes; NULL when not known.
--   embargo_ends_on: Day (UTC) the embargo ends; NULL without one.
--   url: Address of the page on which it is edited.
--   seen_at: When it was last listed (UTC).

with
missing as (
    select
        article_id,
        list_concat(
            list_filter(
                [
                    case when authors is null then 'authors' end,
                    case when categories is null then 'categories' end,
                    case when description is null then 'description' end,
                    case when file_count = 0 and not coalesce(is_metadata_record, false) then 'files' end,
                    case when item_type is null then 'item type' end,
                    case when tags is null then 'keywords' end,
                    case when license is null then 'licence' end,
                    case when title is null then 'title' end
                ],
                lambda item: item is not null
            ),
            coalesce(staging.empty_mandatory_fields(custom_fields), [])
        ) as missing_names
    from internal_staging.int_articles
)

select
    articles.article_id,
    states.state,
    articles.title,
    articles.item_type,
    articles.account_id,
    states.account_name,
    states.email,
    articles.group_id,
    states.group_name,
    states.school,
    articles.created_at,
    articles.modified_at,
    cast(floor(date_diff('second', articles.created_at, articles.seen_at) / 86400.0) as bigint) as age_days,
    cast(floor(date_diff('second', articles.modified_at, articles.seen_at) / 86400.0) as bigint) as idle_days,
    states.review_status,
    staging.joined(missing.missing_names) as missing,
    cast(len(missing.missing_names) as bigint) as missing_count,
    articles.file_count,
    articles.size_bytes,
    articles.embargo_ends_on,
    articles.url,
    articles.seen_at
from internal_staging.int_articles as articles
inner join internal_staging.int_article_states as states on articles.article_id = states.article_id
inner join missing on articles.article_id = missing.article_id
where states.state <> 'public'
