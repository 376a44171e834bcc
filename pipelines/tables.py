"""The column contract of every table that is loaded into the schema `figshare`.

Each table says what one row is, which columns identify a row, and for each column its type, its meaning and the field
of Figshare's answer that it is read from. The parser (`pipelines.figshare.parse`) reads exactly these fields, the views
are checked against these names, and the descriptions become comments in the database.

Types are dlt's: `bigint`, `text`, `bool`, `timestamp`, `date`. Timestamps are UTC without a time zone. Sizes are bytes.
Field names and meanings: Figshare's OpenAPI description v2.0 (July 2026), except where a description says otherwise.
"""

from __future__ import annotations

from collections.abc import Iterator

from pipelines.contract import Column as Column
from pipelines.contract import Table as Table
from pipelines.contract import Type as Type
from pipelines.usage_tables import USAGE_TABLES


def _column(name: str, type_: Type, description: str, source: str | None = None, **flags: bool) -> Column:
    """A column that is read from the field of the same name unless `source` names another ("" for none)."""
    return Column(name, type_, description, name if source is None else source, **flags)


def _own(name: str, type_: Type, description: str, **flags: bool) -> Column:
    """A column whose value is made here, not read from a field."""
    return Column(name, type_, description, "", **flags)


_PERSON_NAME = "as this article shows it; the same person may be written otherwise elsewhere"

_CHILD_KEY = (
    _own("article_id", "bigint", "The article this belongs to: articles.id.", is_key=True),
    _own("position", "bigint", "The place in the article's list, from 1.", is_key=True),
)


def _child(
    name: str, source: str, count_column: str, description: str, *columns: Column, unread: frozenset[str] = frozenset()
) -> Table:
    return Table(name, description, _CHILD_KEY + columns, source, count_column, unread, "article_id")


ARTICLE_CHILDREN = (
    _child(
        "article_authors",
        "authors",
        "author_count",
        "One author of one article, in the order shown.",
        _column("author_id", "bigint", "Figshare's id of the author; one person can have several.", "id"),
        _column("full_name", "text", f"Full name, {_PERSON_NAME}."),
        _column("first_name", "text", f"First name, {_PERSON_NAME}; absent in answers before about 2024."),
        _column("last_name", "text", f"Last name, {_PERSON_NAME}; absent in answers before about 2024."),
        _column("is_active", "bool", "Whether the author has a Figshare profile with published items."),
        _column("url_name", "text", "The author's name in Figshare URLs; `_` when there is no profile."),
        _column("orcid_id", "text", "The author's ORCID iD as given; empty or NULL when not known."),
        unread=frozenset({"job_title", "institution_id", "group_id", "is_public"}),
    ),
    _child(
        "article_categories",
        "categories",
        "category_count",
        "One subject category of one article.",
        _column("category_id", "bigint", "Figshare's id of the category: categories.id.", "id"),
        _column("title", "text", "Title of the category."),
        _column("parent_id", "bigint", "The category above it."),
        _column("path", "text", "Ids from the top category down to this one, separated by `/`."),
        _column("source_id", "text", "The category's code in the taxonomy it comes from (for instance ANZSRC 2020)."),
        _column("taxonomy_id", "bigint", "Figshare's id of the taxonomy; one title can be in several."),
        unread=frozenset({"is_selectable", "has_children"}),
    ),
    _child(
        "article_tags",
        "tags",
        "tag_count",
        "One keyword of one article, as written; an article can repeat a tag.",
        _own("tag", "text", "The keyword; may hold commas and HTML."),
    ),
    _child(
        "article_files",
        "files",
        "file_count",
        "One file of the article's latest version.",
        _column("file_id", "bigint", "Figshare's id of the file.", "id"),
        _column("name", "text", "File name; an article can hold two files of one name."),
        _column("size", "bigint", "Size in bytes; 0 for link-only files."),
        _column("is_link_only", "bool", "Whether the file lies elsewhere and only its address is kept."),
        _column("download_url", "text", "Address of the file."),
        _column("supplied_md5", "text", "MD5 that the uploader gave; empty for link-only files."),
        _column("computed_md5", "text", "MD5 that Figshare computed; empty for link-only files."),
        _column("mimetype", "text", "MIME type; absent in older answers."),
        unread=frozenset({"status", "viewer_type", "preview_state", "upload_url", "upload_token"}),
    ),
    _child(
        "article_funding",
        "funding_list",
        "funding_count",
        "One funding entry (grant) of one article.",
        _column("funding_id", "bigint", "Figshare's id of the funding; it recurs on many articles.", "id"),
        _column("title", "text", "Title of the grant, or what the depositor wrote."),
        _column("grant_code", "text", "The funder's code of the grant."),
        _column("funder_name", "text", "Name of the funder; NULL when the depositor wrote the entry by hand."),
        _column("is_user_defined", "bool", "Whether the depositor wrote the entry by hand (not linked to a grant)."),
        _column("url", "text", "Address of the grant; only for linked ones."),
    ),
    _child(
        "article_references",
        "references",
        "reference_count",
        "One reference of one article.",
        _own("reference", "text", "What is referred to, mostly a URL."),
    ),
    _child(
        "article_related_materials",
        "related_materials",
        "related_material_count",
        "One related material of one article, with its relation.",
        _column("related_material_id", "bigint", "Figshare's id of the related material.", "id"),
        _column("identifier", "text", "Identifier, for instance a DOI or a URL."),
        _column("title", "text", "Title of the related material; mostly empty."),
        _column("relation", "text", "DataCite relation from the article to it, for instance IsSupplementTo."),
        _column("identifier_type", "text", "Kind of identifier, for instance DOI."),
        _column("is_linkout", "bool", "Whether it is shown in the call-out box of the page."),
        _column("link", "text", "The identifier as a full URL, made by Figshare."),
    ),
    _child(
        "article_custom_fields",
        "custom_fields",
        "custom_field_count",
        "One custom metadata field of one article.",
        _column("name", "text", "Name of the field."),
        _column("value", "text", "The value as JSON text: a string in one record, a list in another.", is_json=True),
        _column("field_type", "text", "Kind of field, for instance text, dropdown, date."),
        _column("settings", "text", "Settings of the field as JSON text.", is_json=True),
        _column("field_order", "bigint", "Figshare's order of the field.", "order"),
        _column("is_mandatory", "bool", "Whether depositors must fill the field in."),
        unread=frozenset({"id"}),
    ),
)
"""The tables made from the lists inside an article's detail; each is replaced whole when an article is read again."""


def _count_of(child: Table) -> Column:
    return _own(
        child.count_column,
        "bigint",
        f"Rows in {child.name} for this article; NULL when the answer had no list `{child.source}`.",
    )


ARTICLES = Table(
    "articles",
    "One article (Figshare's word for any item: dataset, figure, thesis …) as its detail was when last read. Withdrawn "
    "articles stay.",
    (
        _column("id", "bigint", "Figshare's id of the article.", is_key=True),
        _column("title", "text", "Title as given; may hold HTML."),
        _own("title_text", "text", "Title as plain text: HTML tags and entities resolved, white space folded."),
        _column("doi", "text", "DOI of the latest version; empty when the article has none."),
        _column("handle", "text", "Handle; empty when the article has none."),
        _column("url", "text", "API address."),
        _column("url_public_api", "text", "Public API address."),
        _column("url_public_html", "text", "Address of the public page, as in listings."),
        _column("figshare_url", "text", "Address of the public page."),
        _column("thumb", "text", "Address of a thumbnail; may be empty."),
        _column("published_date", "timestamp", "When the latest version was published (UTC)."),
        _column("created_date", "timestamp", "When the latest version was created (UTC)."),
        _column("modified_date", "timestamp", "When the article was last modified (UTC)."),
        _column("timeline_posted", "timestamp", "When the latest version was posted (UTC).", "timeline.posted"),
        _column(
            "timeline_first_online",
            "timestamp",
            "When the article was first online (UTC); may lie before or after posting.",
            "timeline.firstOnline",
        ),
        _column("timeline_revision", "timestamp", "When the article was revised (UTC).", "timeline.revision"),
        _column("timeline_submission", "timestamp", "When the article was submitted (UTC).", "timeline.submission"),
        _column(
            "timeline_publisher_publication",
            "timestamp",
            "When the related paper was published (UTC).",
            "timeline.publisherPublication",
        ),
        _column(
            "timeline_publisher_acceptance",
            "timestamp",
            "When the related paper was accepted (UTC).",
            "timeline.publisherAcceptance",
        ),
        _column("defined_type", "bigint", "Item type: item_types.id."),
        _column("defined_type_name", "text", "Name of the item type, for instance dataset."),
        _column(
            "group_id",
            "bigint",
            "Group the article lies in: groups.id; NULL when in none (Figshare gives null or 0).",
            is_zero_none=True,
        ),
        _column("project_id", "bigint", "Project the article lies in, where the answer says so."),
        _column("resource_doi", "text", "DOI of the related paper (deprecated by related materials)."),
        _column("resource_title", "text", "Title of the related paper (deprecated by related materials)."),
        _column("description", "text", "Description as given, in HTML."),
        _column("citation", "text", "Citation that Figshare composes."),
        _column("funding", "text", "Funding as free text (deprecated by article_funding)."),
        _column("version", "bigint", "Number of the latest public version, from 1."),
        _column("status", "text", "Status, `public` for all that is loaded without a token."),
        _column("size", "bigint", "Total size of the files in bytes as Figshare says; link-only files count 0."),
        _column("license_value", "bigint", "Licence: licenses.value.", "license.value"),
        _column("license_name", "text", "Name of the licence as this article shows it.", "license.name"),
        _column("license_url", "text", "Address of the licence.", "license.url"),
        _column("is_public", "bool", "Whether the article is public."),
        _column("is_metadata_record", "bool", "Whether the article is a record without files."),
        _column("metadata_reason", "text", "Why the article has no files."),
        _column("is_confidential", "bool", "Whether the files are confidential (deprecated)."),
        _column("confidential_reason", "text", "Why the files are confidential (deprecated)."),
        _column("is_embargoed", "bool", "Whether an embargo is in force."),
        _column("embargo_date", "timestamp", "When the embargo ends (UTC); may be past or set without an embargo."),
        _column("embargo_type", "text", "What the embargo covers: `article` or `file`; may be set without an embargo."),
        _column("embargo_title", "text", "Title of the embargo."),
        _column("embargo_reason", "text", "Reason of the embargo."),
        _column("embargo_options", "text", "Who may see the files during the embargo, as JSON text.", is_json=True),
        _column("has_linked_file", "bool", "Whether a file is link-only."),
        _column("download_disabled", "bool", "Whether downloading is switched off."),
        _column("folder_structure", "text", "Folder of each file id, as JSON text.", is_json=True),
        _column(
            "fields",
            "text",
            "Metadata fields of the item type, as JSON text, where the institution uses them.",
            is_json=True,
        ),
        *(_count_of(child) for child in ARTICLE_CHILDREN),
        _own("fetched_at", "timestamp", "When the detail was read (UTC)."),
    ),
    unread=frozenset({"keywords", "url_private_api", "url_private_html", "item_source"})
    | frozenset(child.source for child in ARTICLE_CHILDREN),
)

ARTICLE_VERSIONS = Table(
    "article_versions",
    "One public version of one article. The detail of the latest one is in articles.",
    (
        _column("article_id", "bigint", "The article: articles.id.", is_key=True),
        _column(
            "version",
            "bigint",
            "Number of the version, from 1; a number that was taken back is not there.",
            is_key=True,
        ),
        _column("url", "text", "API address of the version's detail."),
    ),
    replaced="article_id",
)

ARTICLE_CHECKS = Table(
    "article_checks",
    "What was known of one article when its detail was last asked for, so that nobody asks twice for the same reason.",
    (
        _own("article_id", "bigint", "The article: articles.id.", is_key=True),
        _own("etag", "text", "Version tag (HTTP `ETag`) of the detail that articles holds; NULL when it had none."),
        _own("listed_date", "timestamp", "The latest date that the listings showed of it then (UTC); NULL when none."),
        _own("listed_group_id", "bigint", "The group that the listings put it in then; NULL when none."),
        _own("checked_at", "timestamp", "When Figshare last gave this detail or said that it still holds (UTC)."),
    ),
)

WITHDRAWALS = Table(
    "withdrawals",
    "One time at which one article was found to be public no more. What was known of it stays in articles.",
    (
        _own("article_id", "bigint", "The article: articles.id.", is_key=True),
        _own("withdrawn_at", "timestamp", "When it was found withdrawn (UTC); it was some time before.", is_key=True),
        _own(
            "reason",
            "text",
            "`gone from the listing` (and its detail is not found), or `not found` (still listed, its detail is not).",
        ),
        _own("listed_date", "timestamp", "The latest date that a listing showed of it then (UTC); NULL when none."),
        _own("checked_at", "timestamp", "When its detail was last asked for and not found (UTC)."),
        _own("returned_at", "timestamp", "When it was found public again (UTC); NULL while it is not."),
        _own("refresh_id", "text", "The refresh that last looked: refreshes.refresh_id."),
    ),
)

ARTICLE_CHANGES = Table(
    "article_changes",
    "One field of one article that was found changed when the article was read again. Kept for ever.",
    (
        _own("article_id", "bigint", "The article: articles.id.", is_key=True),
        _own("field", "text", "What changed: title, authors, group, license …", is_key=True),
        _own("changed_at", "timestamp", "When the new value was first read (UTC).", is_key=True),
        _own("old_read_at", "timestamp", "When the old value was last read (UTC); it changed in between."),
        _own(
            "old_value",
            "text",
            "The old value as text, lists joined by `; `, a group by its id; NULL when there was none.",
        ),
        _own("new_value", "text", "The new value, likewise; NULL when there is none."),
        _own("refresh_id", "text", "The refresh that found it: refreshes.refresh_id."),
    ),
)

LISTED_ARTICLES = Table(
    "listed_articles",
    "One article as one listing last showed it: what is public there, and what Figshare says without reading details.",
    (
        _own("listing", "text", "The listing: listings.listing.", is_key=True),
        _column("article_id", "bigint", "Figshare's id of the article.", "id", is_key=True),
        _column("title", "text", "Title as given; may hold HTML."),
        _column("doi", "text", "DOI of the latest version; empty when the article has none."),
        _column("published_date", "timestamp", "When the latest version was published (UTC)."),
        _column(
            "created_date", "timestamp", "When the latest version was created (UTC); NULL where listings do not say."
        ),
        _column(
            "modified_date", "timestamp", "When the article was last modified (UTC); NULL where listings do not say."
        ),
        _column("defined_type", "bigint", "Item type: item_types.id."),
        _column(
            "group_id",
            "bigint",
            "Group the article lies in; NULL when in none (Figshare gives null or 0).",
            is_zero_none=True,
        ),
        _column("url_public_html", "text", "Address of the public page."),
        _own("seen_at", "timestamp", "When the listing last showed it (UTC)."),
        _own("refresh_id", "text", "The refresh that last saw it: refreshes.refresh_id."),
        _own(
            "missed_at",
            "timestamp",
            "When a complete reading did not show it although its detail was still there (UTC); NULL when it shows it.",
        ),
        _own(
            "left_at",
            "timestamp",
            "When it was found that the listing does not hold it any more (UTC); NULL while it does.",
        ),
    ),
    unread=frozenset(
        {
            "handle",
            "url",
            "thumb",
            "timeline",
            "defined_type_name",
            "url_private_api",
            "url_private_html",
            "url_public_api",
            "resource_title",
            "resource_doi",
            "project_id",
        }
    ),
)

LISTINGS = Table(
    "listings",
    "One listing that the warehouse follows, as of its last complete reading.",
    (
        _own("listing", "text", "Name: `institution 1`, `institution 1 group 2`, `search NAME`.", is_key=True),
        _own("institution_id", "bigint", "The institution it is limited to; NULL for a search."),
        _own("group_id", "bigint", "The group it is limited to; NULL for a whole institution or a search."),
        _own("search", "text", "Name of the search; NULL for an institution or a group."),
        _own("search_for", "text", "What the search looks for, in Figshare's search language; NULL when none."),
        _own("article_count", "bigint", "How many different articles it showed."),
        _own("completed_at", "timestamp", "When it was last read to its end (UTC)."),
        _own("refresh_id", "text", "The refresh that last read it to its end: refreshes.refresh_id."),
    ),
)

FIRST_LISTED = Table(
    "first_listed",
    "When one listing first showed one article.",
    (
        _own("listing", "text", "The listing: listings.listing.", is_key=True),
        _own("article_id", "bigint", "Figshare's id of the article.", is_key=True),
        _own("first_seen_at", "timestamp", "When the listing first showed it (UTC)."),
    ),
)

LIST_READINGS = Table(
    "list_readings",
    "One short list (groups, categories, licences …) as of its last complete reading.",
    (
        _own("list_name", "text", "Name of the table that holds it.", is_key=True),
        _own("completed_at", "timestamp", "When it was last read (UTC)."),
        _own("refresh_id", "text", "The refresh that last read it: refreshes.refresh_id."),
    ),
)

GROUP_COUNTS = Table(
    "group_counts",
    "How many public articles Figshare itself counts in one group, as last asked.",
    (
        _own("group_id", "bigint", "Figshare's id of the group.", is_key=True),
        _own("article_count", "bigint", "Figshare's number of public articles; NULL when it gave none for this group."),
        _own("counted_at", "timestamp", "When it was asked (UTC)."),
    ),
)

INSTITUTIONS = Table(
    "institutions",
    "One institution; only the one that the token belongs to is known by name.",
    (
        _column("id", "bigint", "Figshare's id of the institution.", is_key=True),
        _column("name", "text", "Name of the institution."),
        _column("domain", "text", "The institution's domain."),
    ),
)

GROUPS = Table(
    "groups",
    "One group of an institution (faculty, school, portal …). Known only with an administrator's token.",
    (
        _column("id", "bigint", "Figshare's id of the group.", is_key=True),
        _column("name", "text", "Name of the group."),
        _column("parent_id", "bigint", "The group above it; 0 at the top."),
        _column("resource_id", "text", "The institution's own id of the group."),
        _column("association_criteria", "text", "HR code that puts accounts into the group."),
        _column("upload_access", "text", "Who may deposit: All Users, Admin Only or None."),
        _own("institution_id", "bigint", "The institution: institutions.id."),
    ),
    replaced="institution_id",
)

CATEGORIES = Table(
    "categories",
    "One subject category that Figshare knows.",
    (
        _column("id", "bigint", "Figshare's id of the category.", is_key=True),
        _column("title", "text", "Title; the same title can be in several taxonomies."),
        _column("parent_id", "bigint", "The category above it."),
        _column("path", "text", "Ids from the top category down to this one, separated by `/`."),
        _column("source_id", "text", "The category's code in the taxonomy it comes from."),
        _column("taxonomy_id", "bigint", "Figshare's id of the taxonomy."),
        _column("is_selectable", "bool", "Whether depositors can choose it."),
        _column("has_children", "bool", "Whether there are categories below it."),
    ),
    replaced="all",
)

LICENSES = Table(
    "licenses",
    "One licence that depositors can choose.",
    (
        _column("value", "bigint", "Figshare's id of the licence.", is_key=True),
        _column("name", "text", "Name of the licence."),
        _column("url", "text", "Address of the licence."),
    ),
    replaced="all",
)

ITEM_TYPES = Table(
    "item_types",
    "One type of item (figure, dataset, thesis …).",
    (
        _column("id", "bigint", "Figshare's id of the item type.", is_key=True),
        _column("name", "text", "Name of the item type."),
        _column("string_id", "text", "Name of the item type for machines."),
        _column("icon", "text", "Name of its icon."),
        _column("public_description", "text", "What the type is for."),
        _column("is_selectable", "bool", "Whether depositors can choose it."),
        _column("url_name", "text", "Name of the item type in URLs."),
    ),
    unread=frozenset({"fields"}),
    replaced="all",
)

DEPARTMENTS = Table(
    "departments",
    "One line of the user's own list of schools (`--departments`), as last loaded; a line can name several of its ids.",
    (
        _own("line", "bigint", "Number of the line in the file; the first line names the columns.", is_key=True),
        _own("group_id", "bigint", "The group that belongs to the school: groups.id; NULL when the line names none."),
        _own("author_id", "bigint", "The author who does: article_authors.author_id; NULL when it names none."),
        _own("orcid", "text", "The author who does, by ORCID iD as 0000-0000-0000-000X; NULL when it names none."),
        _own("school", "text", "The school, as written there, white space folded."),
        _own("faculty", "text", "The faculty that the school is of, as written there; NULL when not given."),
    ),
    replaced="all",
)

REFRESHES = Table(
    "refreshes",
    "One run of `refresh`, as of its last load; a run that was killed keeps the outcome `running`.",
    (
        _own("refresh_id", "text", "Id of the refresh: when it started (UTC), then its process id.", is_key=True),
        _own("started_at", "timestamp", "When it started (UTC)."),
        _own("updated_at", "timestamp", "When it last loaded something (UTC)."),
        _own("finished_at", "timestamp", "When it ended (UTC); NULL while running or when killed."),
        _own("outcome", "text", "`running`, `done`, `incomplete` (something was set aside), `stopped` or `failed`."),
        _own("message", "text", "What ended it early, in a sentence; NULL when nothing did."),
        _own("api_url", "text", "The Figshare it read from."),
        _own("listings", "text", "The listings it was asked for, separated by commas."),
        _own("requests", "bigint", "HTTP requests made, retries included."),
        _own("retries", "bigint", "HTTP requests that were made again after a bad answer."),
        _own("articles_loaded", "bigint", "Article details loaded."),
        _own("articles_failed", "bigint", "Articles set aside; see failed_requests."),
        _own("package_version", "text", "Version of figshare-warehouse."),
    ),
)

REFRESH_REQUESTS = Table(
    "refresh_requests",
    "How many requests of one kind one refresh made.",
    (
        _own("refresh_id", "text", "The refresh: refreshes.refresh_id.", is_key=True),
        _own("kind", "text", "What was asked for: listing, article, files, groups …", is_key=True),
        _own("requests", "bigint", "HTTP requests made, retries included."),
        _own("retries", "bigint", "HTTP requests that were made again after a bad answer."),
    ),
)

FAILED_REQUESTS = Table(
    "failed_requests",
    "One article or list that one refresh could not read and set aside; the next refresh tries again.",
    (
        _own("refresh_id", "text", "The refresh: refreshes.refresh_id.", is_key=True),
        _own("path", "text", "What was asked for: the path below the API's base address.", is_key=True),
        _own("article_id", "bigint", "The article concerned; NULL when it was none."),
        _own("status", "bigint", "HTTP status of the last answer; NULL when there was none."),
        _own("message", "text", "What went wrong, in a sentence."),
        _own("tries", "bigint", "How often it was tried."),
        _own("failed_at", "timestamp", "When it was given up (UTC)."),
    ),
)

SCHEMA_DRIFT = Table(
    "schema_drift",
    "One way in which Figshare's answers differed from this contract in one refresh; the rest was loaded.",
    (
        _own("refresh_id", "text", "The refresh: refreshes.refresh_id.", is_key=True),
        _own("table_name", "text", "The table whose source differed.", is_key=True),
        _own("field", "text", "The field, a dot leading into an object.", is_key=True),
        _own("problem", "text", "`unknown field`, or `not a …` for a value that does not fit the type.", is_key=True),
        _own("example", "text", "The name of the JSON type that was found."),
        _own("article_id", "bigint", "An article where it was found; NULL when it was none."),
        _own("found_count", "bigint", "How often it was found in the refresh's last load that found it."),
    ),
)

TABLES: dict[str, Table] = {
    table.name: table
    for table in (
        ARTICLES,
        *ARTICLE_CHILDREN,
        ARTICLE_VERSIONS,
        ARTICLE_CHECKS,
        WITHDRAWALS,
        ARTICLE_CHANGES,
        LISTINGS,
        LISTED_ARTICLES,
        FIRST_LISTED,
        LIST_READINGS,
        GROUP_COUNTS,
        INSTITUTIONS,
        GROUPS,
        CATEGORIES,
        LICENSES,
        ITEM_TYPES,
        DEPARTMENTS,
        REFRESHES,
        REFRESH_REQUESTS,
        FAILED_REQUESTS,
        SCHEMA_DRIFT,
        *USAGE_TABLES,
    )
}
"""Every loaded table by name."""

PRIVATE_TABLES: frozenset[str] = frozenset()
"""Tables that hold personal data beyond public authorship, or what is not public: none yet."""

PUBLISHED_TABLES = tuple(name for name in TABLES if name not in PRIVATE_TABLES)
"""The only tables that the published file is computed from; whatever else the warehouse holds stays there."""

DUCKDB_TYPES: dict[Type, str] = {
    "bigint": "BIGINT",
    "text": "VARCHAR",
    "bool": "BOOLEAN",
    "timestamp": "TIMESTAMP",
    "date": "DATE",
}
"""DuckDB's name of each type."""


def duckdb_columns() -> dict[str, dict[str, str]]:
    """Returns table name → column name → DuckDB type, in the contract's order."""
    return {
        table.name: {column.name: DUCKDB_TYPES[column.type] for column in table.columns} for table in TABLES.values()
    }


def comments() -> Iterator[tuple[str, str, str]]:
    """Yields (table, column, description); the column is empty for the table's own description."""
    for table in TABLES.values():
        yield table.name, "", table.description
        for column in table.columns:
            yield table.name, column.name, column.description
