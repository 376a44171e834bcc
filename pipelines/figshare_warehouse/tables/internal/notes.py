"""Tables about personal data: what was read, what the token was refused, and where it was published."""

from __future__ import annotations

from figshare_warehouse.tables.contract import computed, internal

READINGS = internal(
    "readings",
    "One list of internal records as one token last read it to its end, or records that it last read one by one.",
    (
        computed("part", "text", "What was read: `accounts`, `roles`, `reviews` …", is_key=True),
        computed(
            "token_mark", "text", "Which token read it: a salted hash, of which the token cannot be made.", is_key=True
        ),
        computed("record_count", "bigint", "How many different records it showed, or how many were read."),
        computed("completed_at", "timestamp", "When it was last read (UTC); a list to its end."),
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

REFUSALS = internal(
    "refusals",
    "One record that one token was refused, or did not find, when it was asked for by itself.",
    (
        computed(
            "part",
            "text",
            "What was asked for: `account details`, `article details` …; or `missing accounts`, `missing articles` … "
            "for one that a list does not show any more.",
            is_key=True,
        ),
        computed("record_id", "bigint", "Figshare's id of the account, article or review.", is_key=True),
        computed("token_mark", "text", "Which token: a salted hash, of which the token cannot be made.", is_key=True),
        computed("listed_mark", "text", "What the list showed of it then; with another mark it is asked for again."),
        computed("status", "bigint", "The HTTP status of the refusal; 404 where it was not found."),
        computed("refused_at", "timestamp", "When it was last asked for (UTC)."),
    ),
)
