"""The tables of public collections and projects: their records, what is in them, and when they were listed and read.

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

_LIGHT_UNREAD = frozenset(
    {
        *("handle", "url", "thumb", "timeline", "defined_type_name", "url_private_api", "url_private_html"),
        *("url_public_api", "resource_title", "resource_doi", "project_id", "created_date", "modified_date"),
    }
)


def _child(
    owner: str,
    name: str,
    source: str,
    count_column: str,
    description: str,
    *columns: Column,
    unread: frozenset[str] = frozenset(),
) -> Table:
    key = (
        computed(f"{owner}_id", "bigint", f"The {owner} this belongs to: {owner}s.{owner}_id.", is_key=True),
        computed("position", "bigint", f"The place in the {owner}'s list, from 1.", is_key=True),
    )
    return Table(name, description, key + columns, source, count_column, unread, (f"{owner}_id",))


def _articles(owner: str) -> Table:
    return _child(
        owner,
        f"{owner}_articles",
        "articles",
        "article_count",
        f"One public article of one {owner}, as the list of the {owner}'s articles shows it.",
        column("article_id", "bigint", "Figshare's id of the article, of whatever institution.", "id"),
        column("title", "text", "Title as given; may hold HTML."),
        column("doi", "text", "DOI of the latest version; empty when the article has none."),
        column("url_public_html", "text", "Address of the public page."),
        column("published_date", "timestamp", "When the latest version was published (UTC)."),
        column("defined_type", "bigint", "Item type: item_types.id."),
        column("group_id", "bigint", "Group the article lies in; NULL when in none.", is_zero_none=True),
        unread=_LIGHT_UNREAD,
    )


def _count_of(child: Table) -> Column:
    return computed(
        child.count_column,
        "bigint",
        f"Rows in {child.name}; NULL when the response had no list `{child.source}`, or one that could not be read.",
    )


COLLECTION_CHILDREN = (
    _child(
        "collection",
        "collection_authors",
        "authors",
        "author_count",
        "One author of one collection, in the order shown.",
        *author_columns("collection"),
        unread=PERSON_UNREAD,
    ),
    _child(
        "collection",
        "collection_categories",
        "categories",
        "category_count",
        "One subject category of one collection.",
        *CATEGORY_COLUMNS,
        unread=CATEGORY_UNREAD,
    ),
    _child(
        "collection",
        "collection_tags",
        "tags",
        "tag_count",
        "One keyword of one collection, as written.",
        computed("tag", "text", "The keyword; may hold commas and HTML."),
    ),
    _child(
        "collection",
        "collection_versions",
        "versions",
        "version_count",
        "One public version of one collection.",
        column("version", "bigint", "Number of the version, from 1."),
        column("url", "text", "Address of the version's detail in API v2, also where v3 answered."),
        unread=frozenset({"funding"}),
    ),
    _articles("collection"),
)
"""The tables made from the lists of a collection; each is replaced whole when the collection is read again."""

COLLECTIONS = Table(
    "collections",
    "One collection as its detail was when last read. Withdrawn ones stay.",
    (
        column("collection_id", "bigint", "Figshare's id of the collection.", "id", is_key=True),
        column("title", "text", "Title as given; may hold HTML."),
        computed("title_text", "text", "Title as plain text: HTML tags and entities resolved, white space folded."),
        column("doi", "text", "DOI of the latest version; empty when it has none."),
        column("handle", "text", "Handle; empty when it has none."),
        column("url", "text", "Address in API v2, also where v3 answered."),
        column("published_date", "timestamp", "When the collection was first published (UTC)."),
        column("created_date", "timestamp", "When it was created (UTC)."),
        column("modified_date", "timestamp", "When it was last modified (UTC)."),
        *timeline_columns("collection"),
        column("description", "text", "Description as given, in HTML."),
        column("citation", "text", "Citation that Figshare composes."),
        column("version", "bigint", "Number of the latest public version, from 1."),
        column("institution_id", "bigint", "The institution; NULL when in none (Figshare gives 0).", is_zero_none=True),
        column("group_id", "bigint", "Group it lies in: groups.id; NULL when in none.", is_zero_none=True),
        column("group_resource_id", "text", "The institution's own id of the group."),
        column("resource_id", "text", "Id of the related resource."),
        column("resource_doi", "text", "DOI of the related paper."),
        column("resource_title", "text", "Title of the related paper."),
        column("resource_link", "text", "Address of the related resource."),
        column("resource_version", "bigint", "Version of the related resource."),
        column("is_public", "bool", "Whether the collection is public.", "public"),
        column("figshare_article_count", "bigint", "How many articles are in it, as Figshare says.", "articles_count"),
        column("funding", "text", "Its funding entries, as JSON text.", is_json=True),
        column("related_materials", "text", "Its related materials, as JSON text.", is_json=True),
        column("references", "text", "What it refers to, as JSON text.", is_json=True),
        column("custom_fields", "text", "Its custom metadata fields, as JSON text.", is_json=True),
        column(
            "fields",
            "text",
            "Metadata fields that have no column or table here, as JSON text; NULL where the record came without an "
            "object `fields`.",
            is_json=True,
        ),
        *(_count_of(child) for child in COLLECTION_CHILDREN),
        computed("fetched_at", "timestamp", "When the detail was read (UTC)."),
    ),
    unread=frozenset(
        {
            *("keywords", "funding_list", "author_affiliations", "publisher", "journal", "license", "licence"),
            *("figshare_url", "url_public_api", "url_public_html", "url_private_api", "url_private_html", "thumb"),
            *("account_id", "articles", "versions"),
        }
    )
    | frozenset(child.source for child in COLLECTION_CHILDREN),
    children=COLLECTION_CHILDREN,
)

PROJECT_CHILDREN = (
    _child(
        "project",
        "project_members",
        "collaborators",
        "member_count",
        "One person who works on one project, as the project's public record shows.",
        column("user_id", "bigint", "Figshare's id of the person: that of an author."),
        column("name", "text", "The person's name as this project shows it."),
        column("role_name", "text", "The person's role, for instance Owner or Collaborator."),
        unread=frozenset({"status"}),
    ),
    _articles("project"),
)
"""The tables made from the lists of a project; each is replaced whole when the project is read again."""

PROJECTS = Table(
    "projects",
    "One project as its detail was when last read. Withdrawn ones stay.",
    (
        column("project_id", "bigint", "Figshare's id of the project.", "id", is_key=True),
        column("title", "text", "Title as given; may hold HTML."),
        computed("title_text", "text", "Title as plain text: HTML tags and entities resolved, white space folded."),
        column("url", "text", "Address in API v2, also where v3 answered."),
        column("figshare_url", "text", "Address of the public page."),
        column("published_date", "timestamp", "When the project was first published (UTC)."),
        column("created_date", "timestamp", "When it was created (UTC)."),
        column("modified_date", "timestamp", "When it was last modified (UTC)."),
        column("description", "text", "Description as given, in HTML."),
        column("funding", "text", "Its funding as free text."),
        column("funding_list", "text", "Its funding entries, as JSON text.", is_json=True),
        column("custom_fields", "text", "Its custom metadata fields, as JSON text.", is_json=True),
        column("group_id", "bigint", "Group it lies in, where the response says so; NULL when not.", is_zero_none=True),
        column(
            "fields",
            "text",
            "Metadata fields that have no column or table here, as JSON text; NULL where the record came without an "
            "object `fields`.",
            is_json=True,
        ),
        *(_count_of(child) for child in PROJECT_CHILDREN),
        computed("fetched_at", "timestamp", "When the detail was read (UTC)."),
    ),
    unread=frozenset(
        {
            *("role", "storage", "quota", "used_quota", "used_quota_public", "used_quota_private", "account_id"),
            *("tags", "keywords", "authors", "author_affiliations", "categories", "license", "licence", "timeline"),
            *("related_materials", "references", "publisher", "journal", "citation", "url_public_api"),
            *("institution_id", "articles_count", "doi", "handle"),
        }
    )
    | frozenset(child.source for child in PROJECT_CHILDREN),
    children=PROJECT_CHILDREN,
)

LISTED_ENTITIES = Table(
    "listed_entities",
    "One collection or project as one listing last showed it.",
    (
        computed("listing", "text", "The listing: entity_listings.listing.", is_key=True),
        column("entity_id", "bigint", "Figshare's id of the collection or project.", "id", is_key=True),
        computed("entity_type", "text", "What it is: collection or project."),
        column("title", "text", "Title as given; may hold HTML."),
        column("doi", "text", "DOI of a collection's latest version; empty or NULL when it has none."),
        column("published_date", "timestamp", "When it was first published (UTC)."),
        column("created_date", "timestamp", "When it was created (UTC); NULL where listings do not say."),
        column("modified_date", "timestamp", "When it was last modified (UTC); NULL where listings do not say."),
        column("timeline", "text", "Its dates of publication, as JSON text.", is_json=True),
        computed("seen_at", "timestamp", "When the listing last showed it (UTC)."),
        computed("refresh_id", "text", "The refresh that last saw it: refreshes.refresh_id."),
    ),
    unread=frozenset({"handle", "url", "thumb", "group_id", "institution_id", "figshare_url", "version"}),
)

ENTITY_LISTINGS = Table(
    "entity_listings",
    "One listing of collections or projects that the warehouse follows, as of its last complete reading.",
    (
        computed(
            "listing",
            "text",
            "Name: `institution 1 collections`, `institution 1 group 2 projects`.",
            is_key=True,
        ),
        computed("entity_type", "text", "What it lists: collection or project."),
        computed("institution_id", "bigint", "The institution it is limited to."),
        computed("group_id", "bigint", "The group it is limited to; NULL for the whole institution."),
        computed("entity_count", "bigint", "How many different ones it showed."),
        computed(
            "changes_known_to",
            "timestamp",
            "Up to when it is known which of them were modified (UTC, by Figshare's clock); NULL when Figshare does "
            "not tell the time.",
        ),
        computed("completed_at", "timestamp", "When it was last read to its end (UTC)."),
        computed("refresh_id", "text", "The refresh that last read it to its end: refreshes.refresh_id."),
    ),
)

ENTITY_CHECKS = Table(
    "entity_checks",
    "What was known about one collection or project when its detail was last read; it decides whether it is due again.",
    (
        computed("entity_type", "text", "What it is: collection or project.", is_key=True),
        computed("entity_id", "bigint", "Figshare's id of it.", is_key=True),
        computed(
            "listed_mark",
            "text",
            "A digest of what the listings showed of it then; `modified` when Figshare named it as modified since; "
            "NULL when no listing showed it.",
        ),
        computed("checked_at", "timestamp", "When it was last asked for (UTC)."),
        computed("missing_since", "timestamp", "When it was found withdrawn (UTC); NULL while it is public."),
    ),
)

ENTITY_TABLES = (
    COLLECTIONS,
    *COLLECTION_CHILDREN,
    PROJECTS,
    *PROJECT_CHILDREN,
    LISTED_ENTITIES,
    ENTITY_LISTINGS,
    ENTITY_CHECKS,
)
"""Every table of collections and projects."""
