"""The tables about reviews (curation): what was submitted, to whom, how it ended, and the comments.

Field names and meanings: Figshare's OpenAPI description v2.0 (July 2026), Curation and CurationComment.
"""

from __future__ import annotations

from figshare_warehouse.tables.contract import column, computed, internal

REVIEWS = internal(
    "reviews",
    "One review of one article as the list of reviews last showed it. One that was deleted keeps its id only.",
    (
        column("review_id", "bigint", "Figshare's id of the review.", "id", is_key=True),
        column("article_id", "bigint", "The article: articles.article_id."),
        column("account_id", "bigint", "The account that owns the article: accounts.account_id.", is_zero_none=True),
        column("assigned_to", "bigint", "The account of the reviewer; NULL while it is with none.", is_zero_none=True),
        column("group_id", "bigint", "The group that the article lies in: figshare.groups.id.", is_zero_none=True),
        column("version", "bigint", "Number of the version that was submitted."),
        column("request_number", "bigint", "Which time the article is submitted, from 1."),
        column("status", "text", "`pending`, `approved`, `rejected` or `closed`."),
        column("comments_count", "bigint", "How many comments there are."),
        column("created_date", "timestamp", "When it was submitted (UTC)."),
        column("modified_date", "timestamp", "When the review was last modified (UTC)."),
        column("review_date", "timestamp", "When it was decided (UTC); NULL while it is not."),
        column("resolution_comment", "text", "Comment of the decision."),
        computed("listed_mark", "text", "A digest of its number of comments and last change; another makes them due."),
        computed("token_mark", "text", "Which token saw it last: a salted hash, of which the token cannot be made."),
        computed("seen_at", "timestamp", "When it was last seen (UTC)."),
        computed("refresh_id", "text", "The refresh that last saw it: figshare.refreshes.refresh_id."),
        computed(
            "missed_at", "timestamp", "When the list did not show it though it was still there (UTC); NULL when shown."
        ),
        computed("left_at", "timestamp", "When it was found gone (UTC); its content is removed then."),
    ),
)

REVIEW_COMMENTS = internal(
    "review_comments",
    "One comment of one review, the comment of its decision included.",
    (
        computed("review_id", "bigint", "The review: reviews.review_id.", is_key=True),
        column("comment_id", "bigint", "Figshare's id of the comment.", "id", is_key=True),
        column("account_id", "bigint", "The account that wrote it: accounts.account_id.", is_zero_none=True),
        column("comment_type", "text", "`comment`, or the decision: `approved`, `rejected` or `closed`.", "type"),
        column("comment_text", "text", "The comment.", "text"),
        column("created_date", "timestamp", "When it was written (UTC)."),
        column("modified_date", "timestamp", "When it was last changed (UTC)."),
    ),
    replaced=("review_id",),
    count_column="comment_count",
)

REVIEW_COMMENT_READINGS = internal(
    "review_comment_readings",
    "One review whose comments were read, also when there are none.",
    (
        computed("review_id", "bigint", "The review: reviews.review_id.", is_key=True),
        computed("comment_count", "bigint", "How many comments there were."),
        computed("listed_mark", "text", "What the list showed of the review then; another mark makes them due."),
        computed("read_at", "timestamp", "When they were read (UTC)."),
    ),
    count_column="left_at",
)
