"""The tables about articles as their owners and administrators see them: the working copy, in every state.

Field names and meanings: Figshare's OpenAPI description v2.0 (July 2026), Article and ArticleCompletePrivate.
"""

from __future__ import annotations

from figshare_warehouse.tables.contract import Column, column, computed, internal

LISTED_ARTICLES = internal(
    "listed_articles",
    "One article, in any state, as one list that needs a token last showed it.",
    (
        computed(
            "part",
            "text",
            "The list: `articles` of the institution, or `own articles` of a token's account.",
            is_key=True,
        ),
        column("article_id", "bigint", "Figshare's id of the article.", "id", is_key=True),
        column("published_date", "timestamp", "When its latest version was published (UTC); NULL when never."),
        column("created_date", "timestamp", "When it was created (UTC); NULL where lists do not say."),
        column("modified_date", "timestamp", "When it was last modified (UTC); NULL where lists do not say."),
        column("group_id", "bigint", "The group it lies in: figshare.groups.id.", is_zero_none=True),
        column("defined_type", "bigint", "Item type: figshare.item_types.id."),
        computed("listed_mark", "text", "A digest of what the list showed of it; another one makes its detail due."),
        computed("token_mark", "text", "Which token saw it last: a salted hash, of which the token cannot be made."),
        computed("seen_at", "timestamp", "When it was last seen (UTC)."),
        computed("refresh_id", "text", "The refresh that last saw it: figshare.refreshes.refresh_id."),
        computed(
            "missed_at",
            "timestamp",
            "When the list did not show it although it was still there (UTC); NULL when shown.",
        ),
        computed("left_at", "timestamp", "When it was found gone (UTC); its content is removed then."),
    ),
    unread=frozenset(
        {
            *("title", "doi", "handle", "url", "thumb", "timeline", "defined_type_name", "resource_title"),
            *("resource_doi", "url_private_api", "url_private_html", "url_public_api", "url_public_html"),
            "project_id",
        }
    ),
)


def _json(name: str, description: str, source: str | None = None) -> Column:
    return column(name, "text", f"{description}, as JSON text.", source, is_json=True)


ARTICLES = internal(
    "articles",
    "One article's working copy as its detail was when last read: a draft, what is public, or the next version that "
    "waits. One that was deleted is removed.",
    (
        column("article_id", "bigint", "Figshare's id of the article.", "id", is_key=True),
        column("account_id", "bigint", "The account that owns it: accounts.account_id.", is_zero_none=True),
        column("title", "text", "Title as given; may hold HTML."),
        computed("title_text", "text", "Title as plain text: HTML tags and entities resolved, white space folded."),
        column("description", "text", "Description as given, in HTML."),
        column("status", "text", "Figshare's word for its state: `draft`, `public` …"),
        column("is_public", "bool", "Whether Figshare says that it is public."),
        column("curation_status", "text", "Status of its newest review in Figshare's words; empty without one."),
        column("version", "bigint", "Number of the version that the working copy is, or becomes."),
        column("created_date", "timestamp", "When it was created (UTC)."),
        column("modified_date", "timestamp", "When the working copy was last modified (UTC)."),
        column("published_date", "timestamp", "When its latest version was published (UTC); NULL when never."),
        column("defined_type", "bigint", "Item type: figshare.item_types.id."),
        column("defined_type_name", "text", "Name of the item type."),
        column("group_id", "bigint", "The group it lies in: figshare.groups.id.", is_zero_none=True),
        column("doi", "text", "DOI, also when it is only reserved; empty without one."),
        column("handle", "text", "Handle; empty without one."),
        column("url_private_html", "text", "Address of the page on which it is edited."),
        column("resource_doi", "text", "DOI of the related paper."),
        column("resource_title", "text", "Title of the related paper."),
        column("license_value", "bigint", "Licence: figshare.licenses.value.", "license.value"),
        column("license_name", "text", "Name of the licence.", "license.name"),
        column("license_url", "text", "Address of the licence.", "license.url"),
        column("size", "bigint", "Total size of the files in bytes as Figshare says; link-only files count 0."),
        column("is_metadata_record", "bool", "Whether it is a record without files."),
        column("metadata_reason", "text", "Why it has no files."),
        column("has_linked_file", "bool", "Whether a file is link-only."),
        column("is_embargoed", "bool", "Whether an embargo is in force."),
        column("embargo_date", "timestamp", "When the embargo ends (UTC)."),
        column("embargo_type", "text", "What the embargo covers: `article` or `file`."),
        column("embargo_reason", "text", "Reason of the embargo."),
        _json("authors", "The authors"),
        _json("categories", "The subject categories"),
        _json("tags", "The keywords"),
        column("funding", "text", "Funding as free text (deprecated by the entries)."),
        _json("funding_list", "The funding entries"),
        _json("reference_list", "The references", "references"),
        _json("related_materials", "The related materials"),
        _json("custom_fields", "The custom metadata fields"),
        _json("files", "The files, ten at most"),
        computed("listed_mark", "text", "What the list showed when it was read; another mark makes it due."),
        computed("review_mark", "text", "Its newest review, with its status, when it was read; another makes it due."),
        computed("fetched_at", "timestamp", "When it was read (UTC)."),
    ),
    unread=frozenset(
        {
            *("group_resource_id", "keywords", "timeline", "citation", "thumb", "url", "figshare_url"),
            *("url_private_api", "url_public_api", "url_public_html", "download_disabled", "folder_structure"),
            *("is_confidential", "confidential_reason", "embargo_title", "embargo_options", "project_id"),
            *("item_source", "fields", "publisher", "journal", "author_affiliations"),
        }
    ),
    count_column="left_at",
)
