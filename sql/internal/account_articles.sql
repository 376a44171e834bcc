-- One row per article, in any state, and account that owns it.
--
-- For what an account has deposited, and for what it would leave behind.
--
-- key: article_id
-- columns:
--   article_id: Figshare's id of the article.
--   account_id: The account that owns it; NULL when not known.
--   account_name: Name of the owner; NULL when not known.
--   email: E-mail address of the owner; NULL when not known.
--   state: public, draft (never published), unpublished (public once) or embargoed (published, and all of it under
--     embargo).
--   title: Title as plain text; NULL when none.
--   item_type: Figshare's name of the item type; NULL when none is chosen.
--   doi: DOI, also when it is only reserved; NULL when it has none.
--   group_id: Group it lies in; NULL when in none.
--   group_name: Name of that group; NULL when in none or not known.
--   school: School of the user's list that the group belongs to; NULL when none.
--   created_at: When it was created (UTC).
--   modified_at: When it was last modified (UTC).
--   published_at: When its latest version was published (UTC); NULL when never.
--   review_status: Status of its newest review; NULL when it was never submitted, or reviews are not known.
--   url: Address of the page on which it is edited.

select
    articles.article_id,
    articles.account_id,
    states.account_name,
    states.email,
    states.state,
    articles.title,
    articles.item_type,
    articles.doi,
    articles.group_id,
    states.group_name,
    states.school,
    articles.created_at,
    articles.modified_at,
    articles.published_at,
    states.review_status,
    articles.url
from internal_staging.int_articles as articles
inner join internal_staging.int_article_states as states on articles.article_id = states.article_id
