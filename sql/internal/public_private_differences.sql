-- One row per public article and field in which its working copy differs from what is public: a next version that
-- waits, or a change that was not published.
--
-- Compared is what reports.articles has, cleaned in the same way on both sides; descriptions, references and files by
-- their names are not. An article whose working copy has a higher version number, but no difference in these, has one
-- row with the field `other`. For what waits to be published, and for changes that somebody forgot to publish.
--
-- key: article_id, field
-- columns:
--   article_id: Figshare's id of the article.
--   field: What differs: title, item_type, group, license, authors, categories, tags, funding, resource_doi,
--     resource_title, size_bytes, is_embargoed, embargo_ends_on, is_metadata_record, or other.
--   public_value: What is public; NULL when empty.
--   waiting_value: What the working copy has; NULL when empty.
--   title: Title of the public article.
--   account_id: The account that owns it; NULL when not known.
--   account_name: Name of the owner; NULL when not known.
--   group_name: Name of the group that the public article lies in; NULL when in none or not known.
--   public_version: Number of the public version.
--   waiting_version: Number of the version that the working copy is, or becomes.
--   public_modified_at: When the public article was last modified (UTC).
--   waiting_modified_at: When the working copy was last modified (UTC).
--   review_status: Status of its newest review; NULL when it was never submitted, or reviews are not known.

with
public_articles as (
    select * from reports.articles
    qualify row_number() over (partition by article_id order by institution_id) = 1
),

pairs as (
    select
        public_articles.article_id,
        unnest([
            'title', 'item_type', 'group', 'license', 'authors', 'categories', 'tags', 'funding', 'resource_doi',
            'resource_title', 'size_bytes', 'is_embargoed', 'embargo_ends_on', 'is_metadata_record'
        ]) as field,
        unnest([
            public_articles.title,
            public_articles.item_type,
            coalesce(public_articles.group_name || ' ', '') || '(' || public_articles.group_id || ')',
            public_articles.license,
            public_articles.authors,
            public_articles.categories,
            public_articles.tags,
            public_articles.funding,
            public_articles.resource_doi,
            public_articles.resource_title,
            cast(coalesce(public_articles.size_bytes, waiting.size_bytes) as varchar),
            cast(coalesce(public_articles.is_embargoed, waiting.is_embargoed) as varchar),
            cast(public_articles.embargo_ends_on as varchar),
            cast(coalesce(public_articles.is_metadata_record, waiting.is_metadata_record) as varchar)
        ]) as public_value,
        unnest([
            waiting.title,
            waiting.item_type,
            coalesce(states.group_name || ' ', '') || '(' || waiting.group_id || ')',
            licenses.license,
            waiting.authors,
            waiting.categories,
            waiting.tags,
            waiting.funding,
            waiting.resource_doi,
            waiting.resource_title,
            cast(coalesce(waiting.size_bytes, public_articles.size_bytes) as varchar),
            cast(coalesce(waiting.is_embargoed, public_articles.is_embargoed) as varchar),
            cast(waiting.embargo_ends_on as varchar),
            cast(coalesce(waiting.is_metadata_record, public_articles.is_metadata_record) as varchar)
        ]) as waiting_value
    from public_articles
    inner join internal_staging.int_articles as waiting on public_articles.article_id = waiting.article_id
    inner join internal_staging.int_article_states as states on public_articles.article_id = states.article_id
    left join internal_staging.int_license_names as licenses on public_articles.article_id = licenses.article_id
),

changes as (
    select
        article_id,
        field,
        public_value,
        waiting_value
    from pairs
    where public_value is distinct from waiting_value
),

changed_ids as (select distinct article_id from changes),

different as (
    select * from changes
    union all
    select
        public_articles.article_id,
        'other' as field,
        null as public_value,
        null as waiting_value
    from public_articles
    inner join internal_staging.int_articles as waiting on public_articles.article_id = waiting.article_id
    left join changed_ids on public_articles.article_id = changed_ids.article_id
    where waiting.version > public_articles.version and changed_ids.article_id is null
)

select
    different.article_id,
    different.field,
    different.public_value,
    different.waiting_value,
    public_articles.title,
    waiting.account_id,
    states.account_name,
    public_articles.group_name,
    public_articles.version as public_version,
    waiting.version as waiting_version,
    public_articles.modified_at as public_modified_at,
    waiting.modified_at as waiting_modified_at,
    states.review_status
from different
inner join public_articles on different.article_id = public_articles.article_id
inner join internal_staging.int_articles as waiting on different.article_id = waiting.article_id
inner join internal_staging.int_article_states as states on different.article_id = states.article_id
