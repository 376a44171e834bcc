"""The tables of Figshare's records: articles with their lists, listings, groups, and lookups.

Field names and meanings: Figshare's OpenAPI description v2.0 (July 2026), except where a description says otherwise.
"""

from __future__ import annotations

from figshare_warehouse.tables.contract import Column, Table, column, computed
from figshare_warehouse.tables.parts import (
    CATEGORY_COLUMNS,
    CATEGORY_UNREAD,
    PERSON_UNREAD,
    author_columns,
    timeline_columns,
)

_CHILD_KEY = (
    computed("article_id", "bigint", "The article this belongs to: articles.article_id.", is_key=True),
    computed("position", "bigint", "The place in the article's list, from 1.", is_key=True),
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
        *author_columns("article"),
        unread=PERSON_UNREAD,
    ),
    _child(
        "article_categories",
        "categories",
        "category_count",
        "One subject category of one article.",
        *CATEGORY_COLUMNS,
        unread=CATEGORY_UNREAD,
    ),
    _child(
        "article_tags",
        "tags",
        "tag_count",
        "One keyword of one article, as written; an article can repeat a tag.",
        computed("tag", "text", "The keyword; may hold commas and HTML."),
    ),
    _child(
        "article_files",
        "files",
        "file_count",
        "One file of the article's latest version.",
        column("file_id", "bigint", "Figshare's id of the file.", "id"),
        column("name", "text", "File name; an article can hold two files of one name."),
        column("size", "bigint", "Size in bytes; 0 for link-only files."),
        column("is_link_only", "bool", "Whether the file lies elsewhere and only its address is kept."),
        column("download_url", "text", "Address of the file."),
        column("supplied_md5", "text", "MD5 that the uploader gave; empty for link-only files."),
        column("computed_md5", "text", "MD5 that Figshare computed; empty for link-only files."),
        column("mimetype", "text", "MIME type; absent in older answers."),
        unread=frozenset({"status", "viewer_type", "preview_state", "upload_url", "upload_token"}),
    ),
    _child(
        "article_funding",
        "funding_list",
        "funding_count",
        "One funding entry (grant) of one article.",
        column("funding_id", "bigint", "Figshare's id of the funding; it recurs on many articles.", "id"),
        column("title", "text", "Title of the grant, or what the depositor wrote."),
        column("grant_code", "text", "The funder's code of the grant."),
        column("funder_name", "text", "Name of the funder; NULL when the depositor wrote the entry by hand."),
        column("is_user_defined", "bool", "Whether the depositor wrote the entry by hand (not linked to a grant)."),
        column("url", "text", "Address of the grant; only for linked ones."),
    ),
    _child(
        "article_references",
        "references",
        "reference_count",
        "One reference of one article.",
        computed("reference", "text", "What is referred to, mostly a URL."),
    ),
    _child(
        "article_related_materials",
        "related_materials",
        "related_material_count",
        "One related material of one article, with its relation.",
        column("related_material_id", "bigint", "Figshare's id of the related material.", "id"),
        column("identifier", "text", "Identifier, for instance a DOI or a URL."),
        column("title", "text", "Title of the related material; mostly empty."),
        column("relation", "text", "DataCite relation from the article to it, for instance IsSupplementTo."),
        column("identifier_type", "text", "Kind of identifier, for instance DOI."),
        column("is_linkout", "bool", "Whether it is shown in the call-out box of the page."),
        column("link", "text", "The identifier as a full URL, made by Figshare."),
    ),
    _child(
        "article_custom_fields",
        "custom_fields",
        "custom_field_count",
        "One custom metadata field of one article.",
        column("name", "text", "Name of the field."),
        column("value", "text", "The value as JSON text: a string in one record, a list in another.", is_json=True),
        column("field_type", "text", "Kind of field, for instance text, dropdown, date."),
        column("settings", "text", "Settings of the field as JSON text.", is_json=True),
        column("field_order", "bigint", "Figshare's order of the field.", "order"),
        column("is_mandatory", "bool", "Whether depositors must fill the field in."),
        unread=frozenset({"id"}),
    ),
    _child(
        "article_author_affiliations",
        "author_affiliations",
        "author_affiliation_count",
        "One affiliation of one author of one article; only of articles that were read through API v3.",
        column("author_id", "bigint", "Figshare's id of the author: article_authors.author_id."),
        column("author_position", "bigint", "The author's place in the article's list of authors, from 1."),
        column("affiliation_id", "bigint", "Figshare's id of the affiliation."),
        column("name", "text", "Name of the affiliation."),
    ),
)
"""The tables made from the lists inside an article's detail; each is replaced whole when an article is read again."""


def _count_of(child: Table) -> Column:
    return computed(
        child.count_column,
        "bigint",
        f"Rows in {child.name} for this article; NULL when the response had no list `{child.source}`, or one that "
        "could not be read whole.",
    )


ARTICLES = Table(
    "articles",
    "One article (Figshare's word for any item: dataset, figure, thesis …) as its detail was when last read. Withdrawn "
    "articles stay.",
    (
        column("article_id", "bigint", "Figshare's id of the article.", "id", is_key=True),
        column("title", "text", "Title as given; may hold HTML."),
        computed("title_text", "text", "Title as plain text: HTML tags and entities resolved, white space folded."),
        column("doi", "text", "DOI of the latest version; empty when the article has none."),
        column("handle", "text", "Handle; empty when the article has none."),
        column("url", "text", "Address in API v2, also where v3 answered."),
        column("url_public_api", "text", "Public address in API v2, also where v3 answered."),
        column("url_public_html", "text", "Address of the public page, as in listings."),
        column("figshare_url", "text", "Address of the public page."),
        column("thumb", "text", "Address of a thumbnail; may be empty."),
        column("published_date", "timestamp", "When the latest version was published (UTC)."),
        column("created_date", "timestamp", "When the latest version was created (UTC)."),
        column("modified_date", "timestamp", "When the article was last modified (UTC)."),
        *timeline_columns("article"),
        column("defined_type", "bigint", "Item type: item_types.id."),
        column("defined_type_name", "text", "Name of the item type, for instance dataset."),
        column(
            "group_id",
            "bigint",
            "Group the article lies in: groups.id; NULL when in none (Figshare gives null or 0).",
            is_zero_none=True,
        ),
        column("project_id", "bigint", "Project the article lies in, where the response says so."),
        column("resource_doi", "text", "DOI of the related paper (deprecated by related materials)."),
        column("resource_title", "text", "Title of the related paper (deprecated by related materials)."),
        column("description", "text", "Description as given, in HTML."),
        column("citation", "text", "Citation that Figshare composes."),
        column("funding", "text", "Funding as free text (deprecated by article_funding)."),
        column("version", "bigint", "Number of the latest public version, from 1."),
        column("status", "text", "Status, `public` for all that is loaded without a token."),
        column("size", "bigint", "Total size of the files in bytes as Figshare says; link-only files count 0."),
        column("license_value", "bigint", "Licence: licenses.value.", "license.value"),
        column("license_name", "text", "Name of the licence as this article shows it.", "license.name"),
        column("license_url", "text", "Address of the licence.", "license.url"),
        column("is_public", "bool", "Whether the article is public."),
        column("is_metadata_record", "bool", "Whether the article is a record without files."),
        column("metadata_reason", "text", "Why the article has no files."),
        column("is_confidential", "bool", "Whether the files are confidential (deprecated)."),
        column("confidential_reason", "text", "Why the files are confidential (deprecated)."),
        column("is_embargoed", "bool", "Whether an embargo is in force."),
        column("embargo_date", "timestamp", "When the embargo ends (UTC); may be past or set without an embargo."),
        computed(
            "is_embargo_date_unreadable",
            "bool",
            "Whether the end that Figshare gave is no date; embargo_date is NULL then. NULL when it gave none.",
        ),
        column("embargo_type", "text", "What the embargo covers: `article` or `file`; may be set without an embargo."),
        column("embargo_title", "text", "Title of the embargo."),
        column("embargo_reason", "text", "Reason of the embargo."),
        column("embargo_options", "text", "Who can see the files during the embargo, as JSON text.", is_json=True),
        column("has_linked_file", "bool", "Whether a file is link-only."),
        column("download_disabled", "bool", "Whether downloading is switched off."),
        column("folder_structure", "text", "Folder of each file id, as JSON text.", is_json=True),
        column(
            "fields",
            "text",
            "Metadata fields of the item type that have no column or table here, as JSON text; NULL where the record "
            "came without an object `fields`, as from API v2.",
            is_json=True,
        ),
        column("publisher", "text", "Publisher as the record says; only through API v3."),
        column("journal", "text", "Journal as the record says; only through API v3."),
        *(_count_of(child) for child in ARTICLE_CHILDREN),
        computed("fetched_at", "timestamp", "When the detail was read (UTC)."),
    ),
    unread=frozenset({"keywords", "url_private_api", "url_private_html", "item_source"})
    | frozenset(child.source for child in ARTICLE_CHILDREN),
    children=ARTICLE_CHILDREN,
)

ARTICLE_VERSIONS = Table(
    "article_versions",
    "One public version of one article. The detail of the latest one is in articles.",
    (
        column("article_id", "bigint", "The article: articles.article_id.", is_key=True),
        column(
            "version",
            "bigint",
            "Number of the version, from 1; a withdrawn version is not there.",
            is_key=True,
        ),
        column("url", "text", "Address of the version's detail in API v2, also where v3 answered."),
    ),
    replaced="article_id",
)

LISTED_ARTICLES = Table(
    "listed_articles",
    "One article as one listing last showed it: what is public there, and what Figshare says without reading details.",
    (
        computed("listing", "text", "The listing: listings.listing.", is_key=True),
        column("article_id", "bigint", "Figshare's id of the article.", "id", is_key=True),
        column("title", "text", "Title as given; may hold HTML."),
        column("doi", "text", "DOI of the latest version; empty when the article has none."),
        column("published_date", "timestamp", "When the latest version was published (UTC)."),
        column(
            "created_date", "timestamp", "When the latest version was created (UTC); NULL where listings do not say."
        ),
        column(
            "modified_date", "timestamp", "When the article was last modified (UTC); NULL where listings do not say."
        ),
        column("defined_type", "bigint", "Item type: item_types.id."),
        column(
            "group_id",
            "bigint",
            "Group the article lies in; NULL when in none (Figshare gives null or 0).",
            is_zero_none=True,
        ),
        column("url_public_html", "text", "Address of the public page."),
        computed("api_version", "text", "The version of the API that last listed it: `v2` or `v3`."),
        computed("seen_at", "timestamp", "When the listing last showed it (UTC)."),
        computed("refresh_id", "text", "The refresh that last saw it: refreshes.refresh_id."),
        computed(
            "missed_at",
            "timestamp",
            "When a complete listing did not show it although its detail was still there (UTC); NULL when it is shown.",
        ),
        computed(
            "left_at",
            "timestamp",
            "When it was found that it has left the listing (UTC); NULL while it has not.",
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

INSTITUTIONS = Table(
    "institutions",
    "One institution; only the one that the token belongs to is known by name.",
    (
        column("id", "bigint", "Figshare's id of the institution.", is_key=True),
        column("name", "text", "Name of the institution."),
        column("domain", "text", "The institution's domain."),
    ),
)

GROUPS = Table(
    "groups",
    "One group of an institution (faculty, school, portal …). Known only with an administrator's token.",
    (
        column("id", "bigint", "Figshare's id of the group.", is_key=True),
        column("name", "text", "Name of the group."),
        column("parent_id", "bigint", "The group above it; 0 at the top."),
        column("resource_id", "text", "The institution's own id of the group."),
        column("association_criteria", "text", "HR code that puts accounts into the group."),
        column("upload_access", "text", "Who can deposit: All Users, Admin Only or None."),
        computed("institution_id", "bigint", "The institution: institutions.id."),
    ),
    replaced="institution_id",
)

CATEGORIES = Table(
    "categories",
    "One subject category that Figshare knows.",
    (
        column("id", "bigint", "Figshare's id of the category.", is_key=True),
        column("title", "text", "Title; the same title can be in several taxonomies."),
        column("parent_id", "bigint", "The category above it."),
        column("path", "text", "Ids from the top category down to this one, separated by `/`."),
        column("source_id", "text", "The category's code in the taxonomy it comes from."),
        column("taxonomy_id", "bigint", "Figshare's id of the taxonomy."),
        column("is_selectable", "bool", "Whether depositors can choose it."),
        column("has_children", "bool", "Whether there are categories below it."),
    ),
    replaced="all",
)

LICENSES = Table(
    "licenses",
    "One licence that depositors can choose.",
    (
        column("value", "bigint", "Figshare's id of the licence.", is_key=True),
        column("name", "text", "Name of the licence."),
        column("url", "text", "Address of the licence."),
    ),
    replaced="all",
)

ITEM_TYPES = Table(
    "item_types",
    "One type of item (figure, dataset, thesis …).",
    (
        column("id", "bigint", "Figshare's id of the item type.", is_key=True),
        column("name", "text", "Name of the item type."),
        column("string_id", "text", "Name of the item type for machines."),
        column("icon", "text", "Name of its icon."),
        column("public_description", "text", "What the type is for."),
        column("is_selectable", "bool", "Whether depositors can choose it."),
        column("url_name", "text", "Name of the item type in URLs."),
    ),
    unread=frozenset({"fields"}),
    replaced="all",
)
