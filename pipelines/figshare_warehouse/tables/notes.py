"""Tables about the loading itself: checks, changes, listings, refreshes, failures; and lists that the user gives."""

from __future__ import annotations

from figshare_warehouse.tables.contract import Table, computed

ARTICLE_CHECKS = Table(
    "article_checks",
    "What was known about one article when its detail was last read; it decides whether the detail is due again.",
    (
        computed("article_id", "bigint", "The article: articles.article_id.", is_key=True),
        computed("etag", "text", "Version tag (HTTP `ETag`) of the detail that articles holds; NULL when it had none."),
        computed("api_version", "text", "The version of the API that gave this detail: `v2` or `v3`; NULL is `v2`."),
        computed(
            "listed_date", "timestamp", "The latest date that the listings showed of it then (UTC); NULL when none."
        ),
        computed("listed_group_id", "bigint", "The group that the listings put it in then; NULL when none."),
        computed("checked_at", "timestamp", "When Figshare last gave this detail or said that it still holds (UTC)."),
    ),
)

WITHDRAWALS = Table(
    "withdrawals",
    "One time that one article was found withdrawn. Its last record stays in articles.",
    (
        computed("article_id", "bigint", "The article: articles.article_id.", is_key=True),
        computed(
            "withdrawn_at", "timestamp", "When it was found withdrawn (UTC); it was some time before.", is_key=True
        ),
        computed(
            "reason",
            "text",
            "`gone from the listing` (and its detail is not found), or `not found` (still listed, its detail is not).",
        ),
        computed("listed_date", "timestamp", "The latest date that a listing showed of it then (UTC); NULL when none."),
        computed("checked_at", "timestamp", "When its detail was last asked for and not found (UTC)."),
        computed("returned_at", "timestamp", "When it was found public again (UTC); NULL while it is not."),
        computed("refresh_id", "text", "The refresh that last looked: refreshes.refresh_id."),
    ),
)

ARTICLE_CHANGES = Table(
    "article_changes",
    "One field of one article that had changed when the article was read again. Never deleted.",
    (
        computed("article_id", "bigint", "The article: articles.article_id.", is_key=True),
        computed("field", "text", "What changed: title, authors, group, license …", is_key=True),
        computed("changed_at", "timestamp", "When the new value was first read (UTC).", is_key=True),
        computed("old_read_at", "timestamp", "When the old value was last read (UTC); it changed in between."),
        computed(
            "old_value",
            "text",
            "The old value as text, lists joined by `; `, a group by its id; NULL when there was none.",
        ),
        computed("new_value", "text", "The new value, likewise; NULL when there is none."),
        computed("refresh_id", "text", "The refresh that found it: refreshes.refresh_id."),
    ),
)

AUTHOR_LISTS = Table(
    "author_lists",
    "One author in one of the lists that an article had, of articles whose authors changed: each list as it was read "
    "when it was found changed, and the one before the first change. Never deleted.",
    (
        computed("article_id", "bigint", "The article: articles.article_id.", is_key=True),
        computed(
            "read_at", "timestamp", "When the list was read (UTC); of the first one, when it last was.", is_key=True
        ),
        computed("position", "bigint", "The place in the list, from 1; 0 where the list was empty.", is_key=True),
        computed("author_id", "bigint", "Figshare's id of the author; NULL where it gave none."),
        computed("full_name", "text", "Full name, as the article showed it."),
        computed("orcid_id", "text", "The ORCID iD as given; empty or NULL when not known."),
        computed("refresh_id", "text", "The refresh that found the change: refreshes.refresh_id."),
    ),
)

LISTINGS = Table(
    "listings",
    "One listing that the warehouse follows, as of its last complete reading.",
    (
        computed(
            "listing",
            "text",
            "Name: `institution 1`, `institution 1 group 2`, `search NAME`, `article 3`.",
            is_key=True,
        ),
        computed("institution_id", "bigint", "The institution it is limited to; NULL for others."),
        computed("group_id", "bigint", "The group it is limited to; NULL for others."),
        computed("search", "text", "Name of the search; NULL for others."),
        computed("search_for", "text", "What the search looks for, in Figshare's search language; NULL when none."),
        computed("article_count", "bigint", "How many different articles it showed."),
        computed("completed_at", "timestamp", "When it was last read to its end (UTC)."),
        computed("refresh_id", "text", "The refresh that last read it to its end: refreshes.refresh_id."),
    ),
)

DOUBTED_LISTINGS = Table(
    "doubted_listings",
    "One time that one listing lost so many articles at once that it was not believed.",
    (
        computed("listing", "text", "The listing: listings.listing.", is_key=True),
        computed("doubted_since", "timestamp", "Start of the first refresh that found it so (UTC).", is_key=True),
        computed("held_count", "bigint", "How many articles its last complete reading had shown."),
        computed("article_count", "bigint", "How many different articles it showed then."),
        computed("missing_count", "bigint", "How many of its earlier articles were missing."),
        computed("checked_at", "timestamp", "When a refresh last looked (UTC)."),
        computed(
            "ended_at", "timestamp", "When it was believed, or showed them again (UTC); NULL while it is in doubt."
        ),
        computed("refresh_id", "text", "The refresh that last looked: refreshes.refresh_id."),
    ),
)

FIRST_LISTED = Table(
    "first_listed",
    "When one listing first showed one article.",
    (
        computed("listing", "text", "The listing: listings.listing.", is_key=True),
        computed("article_id", "bigint", "Figshare's id of the article.", is_key=True),
        computed("first_seen_at", "timestamp", "When the listing first showed it (UTC)."),
        computed(
            "is_baseline",
            "bool",
            "Whether it was there when the listing was first read, so that it did not appear then; NULL in rows of an "
            "older version until the next refresh.",
        ),
    ),
)

LIST_READINGS = Table(
    "list_readings",
    "One short list (groups, categories, licences …) as of its last complete reading.",
    (
        computed("list_name", "text", "Name of the table that holds it.", is_key=True),
        computed("completed_at", "timestamp", "When it was last read (UTC)."),
        computed("refresh_id", "text", "The refresh that last read it: refreshes.refresh_id."),
    ),
)

GROUP_COUNTS = Table(
    "group_counts",
    "How many public articles Figshare itself counts in one group, as last asked.",
    (
        computed("group_id", "bigint", "Figshare's id of the group.", is_key=True),
        computed(
            "article_count", "bigint", "Figshare's number of public articles; NULL when it gave none for this group."
        ),
        computed("counted_at", "timestamp", "When it was asked (UTC)."),
    ),
)

SCHOOLS = Table(
    "schools",
    "One line of the user's list of schools (`--schools`), as last loaded; a line can name several ids.",
    (
        computed("line", "bigint", "Number of the line in the file; the first line names the columns.", is_key=True),
        computed(
            "group_id", "bigint", "The group that belongs to the school: groups.id; NULL when the line names none."
        ),
        computed("author_id", "bigint", "The author who does: article_authors.author_id; NULL when it names none."),
        computed("orcid", "text", "The author who does, by ORCID iD as 0000-0000-0000-000X; NULL when it names none."),
        computed("school", "text", "The school, as written there, white space folded."),
        computed("faculty", "text", "The faculty that the school is of, as written there; NULL when not given."),
    ),
    replaced="all",
)

INSTITUTION_NAMES = Table(
    "institution_names",
    "One institution that the user named (`--institution-name`).",
    (
        computed("institution_id", "bigint", "The institution: institutions.id, where Figshare names it.", is_key=True),
        computed(
            "institution_name",
            "text",
            "The name that the user last gave, white space folded; it wins over Figshare's. NULL when taken back.",
        ),
    ),
)

FOUND_INSTITUTIONS = Table(
    "found_institutions",
    "One portal or article from which Figshare was asked for the id of an institution (`--institution`).",
    (
        computed("reference", "text", "What was given: a portal, or the URL or DOI of an article.", is_key=True),
        computed("institution_id", "bigint", "Figshare's id of the institution."),
        computed("institution_name", "text", "Its name, where Figshare gave it; NULL where it did not."),
        computed("article_id", "bigint", "The article that it was found from; NULL for a portal."),
        computed("found_at", "timestamp", "When it was found (UTC)."),
    ),
)

GROUP_NAMES = Table(
    "group_names",
    "One line of the user's names of groups (`--group-names`), as last loaded for the institution. A group that is in "
    "Figshare's own list of groups is as it is there.",
    (
        computed("institution_id", "bigint", "The institution that was refreshed with them.", is_key=True),
        computed("group_id", "bigint", "Figshare's id of the group.", is_key=True),
        computed("group_name", "text", "The name, as written there, white space folded."),
        computed("parent_group_id", "bigint", "The group above it; NULL at the top, or when not given."),
        computed("line", "bigint", "Number of the line in the file; the first line names the columns."),
    ),
    replaced="all",
)

REFRESHES = Table(
    "refreshes",
    "One run of `refresh`, as of its last load; a run that was killed keeps the outcome `running`.",
    (
        computed("refresh_id", "text", "Id of the refresh: when it started (UTC), then its process id.", is_key=True),
        computed("started_at", "timestamp", "When it started (UTC)."),
        computed("updated_at", "timestamp", "When it last loaded something (UTC)."),
        computed("finished_at", "timestamp", "When it ended (UTC); NULL while running or when killed."),
        computed(
            "outcome",
            "text",
            "`running`, `done`, `incomplete` (something failed or is in doubt), `stopped` or `failed`.",
        ),
        computed("message", "text", "What ended it early or is in doubt, in sentences; NULL when nothing."),
        computed("api_url", "text", "The Figshare it read from."),
        computed("listings", "text", "The listings it was asked for, separated by commas."),
        computed("requests", "bigint", "HTTP requests made, retries included."),
        computed("retries", "bigint", "HTTP requests that were made again after a bad response."),
        computed("articles_loaded", "bigint", "Article details loaded."),
        computed("articles_failed", "bigint", "Articles that could not be read, or not whole; see failed_requests."),
        computed("package_version", "text", "Version of figshare-warehouse."),
    ),
)

REFRESH_REQUESTS = Table(
    "refresh_requests",
    "How many requests of one kind one refresh made.",
    (
        computed("refresh_id", "text", "The refresh: refreshes.refresh_id.", is_key=True),
        computed("kind", "text", "What was asked for: listing, article, files, groups …", is_key=True),
        computed("requests", "bigint", "HTTP requests made, retries included."),
        computed("retries", "bigint", "HTTP requests that were made again after a bad response."),
    ),
)

FAILED_REQUESTS = Table(
    "failed_requests",
    "One request of one refresh that failed for good; the next refresh tries it again.",
    (
        computed("refresh_id", "text", "The refresh: refreshes.refresh_id.", is_key=True),
        computed("path", "text", "What was asked for: the path below the API's base address.", is_key=True),
        computed("article_id", "bigint", "The article concerned; NULL when it was none."),
        computed("status", "bigint", "HTTP status of the last response; NULL when there was none."),
        computed("message", "text", "What went wrong, in a sentence."),
        computed("tries", "bigint", "How often it was tried."),
        computed("failed_at", "timestamp", "When it finally failed (UTC)."),
    ),
)

SCHEMA_DRIFT = Table(
    "schema_drift",
    "One way in which Figshare's responses differed from this contract in one refresh; the rest was loaded.",
    (
        computed("refresh_id", "text", "The refresh: refreshes.refresh_id.", is_key=True),
        computed("table_name", "text", "The table whose source differed.", is_key=True),
        computed("field", "text", "The field, a dot leading into an object.", is_key=True),
        computed(
            "problem",
            "text",
            "`unknown field`, `not a …` for a value that does not fit the type, `no key` for a record that cannot be "
            "kept without it, `given twice` for an id that one list gives more than once: it is kept once, or `not "
            "found` for a list that Figshare does not have any more.",
            is_key=True,
        ),
        computed("example", "text", "The name of the JSON type that was found."),
        computed("article_id", "bigint", "An article where it was found; NULL when it was none."),
        computed("found_count", "bigint", "How often it was found in the refresh's last load that found it."),
    ),
)

LINK_CHECKS = Table(
    "link_checks",
    "One address that articles name, and whether it answered when it was last asked for.",
    (
        computed("link", "text", "The address, as articles name it.", is_key=True),
        computed(
            "state",
            "text",
            "What became of it: `ok`, `moved` (it answers, and has another address for good), `gone` (404, 410), "
            "`refused` (programs or strangers may not have it), `unreachable`.",
        ),
        computed("status", "bigint", "HTTP status of the last response; NULL when there was none."),
        computed("final_link", "text", "Where redirects led; NULL for nowhere else."),
        computed("message", "text", "What went wrong; NULL when nothing did."),
        computed("failing_since", "timestamp", "Since when it does not answer well (UTC); NULL when it does."),
        computed("checked_at", "timestamp", "When it was last asked for (UTC)."),
        computed("refresh_id", "text", "The refresh that did: refreshes.refresh_id."),
    ),
)
