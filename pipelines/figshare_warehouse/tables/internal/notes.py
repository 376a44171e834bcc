"""Tables about personal data: what was read to its end, what the token was refused, and where it was published."""

from __future__ import annotations

from figshare_warehouse.tables.contract import computed, internal

READINGS = internal(
    "readings",
    "One list of internal records as of its last complete reading.",
    (
        computed("part", "text", "What was read: `accounts`, `roles`, `reviews` …", is_key=True),
        computed("record_count", "bigint", "How many different records it showed."),
        computed("token_mark", "text", "Which token read it: a salted hash, of which the token cannot be made."),
        computed("completed_at", "timestamp", "When it was last read to its end (UTC)."),
        computed("refresh_id", "text", "The refresh that did: figshare.refreshes.refresh_id."),
    ),
)

RIGHTS = internal(
    "rights",
    "One part of Figshare that one token was refused. What was loaded before with another token stays.",
    (
        computed("part", "text", "What it was refused: `accounts`, `roles`, `reviews` …", is_key=True),
        computed("token_mark", "text", "Which token: a salted hash, of which the token cannot be made.", is_key=True),
        computed("status", "bigint", "The HTTP status of the refusal."),
        computed("denied_at", "timestamp", "When it was first refused (UTC)."),
        computed("asked_at", "timestamp", "When it was last asked for (UTC)."),
        computed("allowed_at", "timestamp", "When the same token was allowed again (UTC); NULL while it is not."),
        computed("refresh_id", "text", "The refresh that last asked: figshare.refreshes.refresh_id."),
    ),
)

PUBLISHED_FILES = internal(
    "published_files",
    "One file that internal reports were published into, for `--forget-internal` to remove.",
    (
        computed("path", "text", "The file, absolute.", is_key=True),
        computed("warehouse", "text", "Where the warehouse's file was then, absolute.", is_key=True),
    ),
)
