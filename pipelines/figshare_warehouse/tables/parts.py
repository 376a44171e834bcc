"""Columns that several records of Figshare have alike: those of people, of categories, and of the timeline."""

from __future__ import annotations

from figshare_warehouse.tables.contract import Column, column

PERSON_UNREAD = frozenset({"job_title", "institution_id", "group_id", "is_public"})
CATEGORY_UNREAD = frozenset({"is_selectable", "has_children"})


def author_columns(record: str) -> tuple[Column, ...]:
    """Returns the columns of one author in the list of a record.

    Args:
        record: what it is the list of, such as `article`.
    """
    name = f"as this {record} shows it; the same person may be written otherwise elsewhere"
    return (
        column("author_id", "bigint", "Figshare's id of the author; one person can have several.", "id"),
        column("full_name", "text", f"Full name, {name}."),
        column("first_name", "text", f"First name, {name}; absent in answers before about 2024."),
        column("last_name", "text", f"Last name, {name}; absent in answers before about 2024."),
        column("is_active", "bool", "Whether the author has a Figshare profile with published items."),
        column("url_name", "text", "The author's name in Figshare URLs; `_` when there is no profile."),
        column("orcid_id", "text", "The author's ORCID iD as given; empty or NULL when not known."),
    )


CATEGORY_COLUMNS = (
    column("category_id", "bigint", "Figshare's id of the category: categories.id.", "id"),
    column("title", "text", "Title of the category."),
    column("parent_id", "bigint", "The category above it."),
    column("path", "text", "Ids from the top category down to this one, separated by `/`."),
    column("source_id", "text", "The category's code in the taxonomy it comes from (for instance ANZSRC 2020)."),
    column("taxonomy_id", "bigint", "Figshare's id of the taxonomy; one title can be in several."),
)
"""The columns of one subject category in the list of a record."""


def timeline_columns(record: str) -> tuple[Column, ...]:
    """Returns the columns of a record's timeline; times are UTC.

    Args:
        record: whose it is, such as `article`.
    """
    return (
        column("timeline_posted", "timestamp", "When the latest version was posted (UTC).", "timeline.posted"),
        column(
            "timeline_first_online",
            "timestamp",
            f"When the {record} was first online (UTC); may lie before or after posting.",
            "timeline.firstOnline",
        ),
        column("timeline_revision", "timestamp", f"When the {record} was revised (UTC).", "timeline.revision"),
        column("timeline_submission", "timestamp", f"When the {record} was submitted (UTC).", "timeline.submission"),
        column(
            "timeline_publisher_publication",
            "timestamp",
            "When the related paper was published (UTC).",
            "timeline.publisherPublication",
        ),
        column(
            "timeline_publisher_acceptance",
            "timestamp",
            "When the related paper was accepted (UTC).",
            "timeline.publisherAcceptance",
        ),
    )
