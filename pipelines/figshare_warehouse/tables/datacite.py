"""The column contract of the schema `datacite`: the DOIs that DataCite knows, and the works that cite them.

DOIs are in lower case, without `https://doi.org/`. Only findable DOIs are public at DataCite. Every table has the
DOI's prefix, by which DataCite is asked. Field names: DataCite's REST API (its source code, August 2026).
"""

from __future__ import annotations

from figshare_warehouse.tables.contract import column, computed, of_datacite

_PREFIX = computed("prefix", "text", "The prefix of the DOI, such as 10.5072.")
_REFRESH = computed("refresh_id", "text", "The refresh that last read it: figshare.refreshes.refresh_id.")

DOIS = of_datacite(
    "dois",
    "One DOI below a prefix of the repository's DOIs, as DataCite last showed it, of whatever repository.",
    (
        column("doi", "text", "The DOI, in lower case.", is_key=True),
        _PREFIX,
        column("client_id", "text", "The DataCite account that registered it, such as `bl.faber`.", "client"),
        column("state", "text", "Its state at DataCite: `findable`, in all that anyone may see."),
        column("url", "text", "The address that it leads to, as registered."),
        column("created_at", "timestamp", "When it was created at DataCite (UTC).", "created"),
        column("registered_at", "timestamp", "When it was registered (UTC).", "registered"),
        column(
            "updated_at",
            "timestamp",
            "When its record at DataCite last moved (UTC): its metadata, its address, or who cites it.",
            "updated",
        ),
        column("citation_count", "bigint", "How many different DOIs cite it, as DataCite counts.", "citationCount"),
        column("reference_count", "bigint", "How many DOIs it refers to, as DataCite counts.", "referenceCount"),
        column("view_count", "bigint", "Views in usage reports that DataCite was sent; not Figshare's.", "viewCount"),
        column("download_count", "bigint", "Downloads in such reports; not Figshare's.", "downloadCount"),
        computed(
            "missing_since", "timestamp", "When DataCite was found not to show it any more (UTC); NULL while it does."
        ),
        computed("seen_at", "timestamp", "When DataCite last showed it (UTC)."),
        _REFRESH,
    ),
)

DOI_COUNTS = of_datacite(
    "doi_counts",
    "What DataCite counted of one DOI on one day; a row only where a count differs from the one before, so the last "
    "row up to a day holds for that day.",
    (
        computed("doi", "text", "The DOI, in lower case: dois.doi.", is_key=True),
        _PREFIX,
        computed("observed_on", "date", "Day (UTC) on which DataCite said so; the last of the day.", is_key=True),
        computed("citation_count", "bigint", "How many different DOIs cite it."),
        computed("view_count", "bigint", "Views in usage reports that DataCite was sent; not Figshare's."),
        computed("download_count", "bigint", "Downloads in such reports; not Figshare's."),
        computed("refresh_id", "text", "The refresh that found it: figshare.refreshes.refresh_id."),
    ),
)

CITATIONS = of_datacite(
    "citations",
    "One DOI that cites one of the repository's DOIs, by one relation and from one source. One that DataCite took back "
    "stays, with the time.",
    (
        computed("cited_doi", "text", "The DOI that is cited, in lower case: dois.doi.", is_key=True),
        computed("prefix", "text", "Its prefix."),
        computed("citing_doi", "text", "The DOI of the work that cites it, in lower case.", is_key=True),
        computed(
            "relation",
            "text",
            "How it is related, as DataCite says: `is-cited-by`, `is-referenced-by` and `is-supplement-to` from the "
            "side of the cited DOI, `cites`, `references` and `is-supplemented-by` from the other. All six count.",
            is_key=True,
        ),
        computed("source", "text", "Where DataCite has it from: `crossref`, `datacite-related` …", is_key=True),
        computed("occurred_at", "timestamp", "When it happened, as DataCite says (UTC); the earliest of several."),
        computed("first_seen_at", "timestamp", "When it was first read (UTC)."),
        computed("last_seen_at", "timestamp", "When it was last read (UTC)."),
        computed("withdrawn_at", "timestamp", "When DataCite was found to have it no more (UTC); NULL while it has."),
        computed("refresh_id", "text", "The refresh that last asked: figshare.refreshes.refresh_id."),
    ),
    replaced=("cited_doi",),
)

CITATION_READINGS = of_datacite(
    "citation_readings",
    "What DataCite said of one DOI when the works that cite it were last read; they are read again where that differs.",
    (
        computed("doi", "text", "The DOI, in lower case: dois.doi.", is_key=True),
        _PREFIX,
        computed("citation_count", "bigint", "dois.citation_count then."),
        computed("updated_at", "timestamp", "dois.updated_at then."),
        computed("found_count", "bigint", "How many different citing DOIs were read."),
        computed("read_at", "timestamp", "When they were read (UTC)."),
        _REFRESH,
    ),
)

DOI_READINGS = of_datacite(
    "doi_readings",
    "One prefix and how its DOIs are known.",
    (
        computed("prefix", "text", "The prefix, such as 10.5072.", is_key=True),
        computed(
            "way",
            "text",
            "How it is read: `list` (all its DOIs), or `dois` (those of the repository by name, since the prefix has "
            "far more of others).",
        ),
        computed("doi_count", "bigint", "How many DOIs DataCite said that it has."),
        computed("changes_known_to", "timestamp", "Up to when changes of them are known (UTC, by DataCite's clock)."),
        computed("completed_at", "timestamp", "When all of them were last read (UTC)."),
        computed("checked_at", "timestamp", "When it was last found that none is missing (UTC)."),
        _REFRESH,
    ),
)

DOI_CHECKS = of_datacite(
    "doi_checks",
    "One DOI that was asked for by name, and whether DataCite has it.",
    (
        computed("doi", "text", "The DOI, in lower case.", is_key=True),
        _PREFIX,
        computed("is_found", "bool", "Whether DataCite showed it."),
        computed("asked_at", "timestamp", "When it was last asked for (UTC)."),
        _REFRESH,
    ),
)

HANDLES = of_datacite(
    "handles",
    "One DOI that the repository should have and DataCite did not show, as the handle service knows it.",
    (
        computed("doi", "text", "The DOI, in lower case.", is_key=True),
        _PREFIX,
        computed("is_registered", "bool", "Whether it was ever registered."),
        computed("url", "text", "Where it leads; NULL when it is not registered, or without an address."),
        computed("checked_at", "timestamp", "When the handle service was last asked (UTC)."),
        _REFRESH,
    ),
)

DATACITE_TABLES = (DOIS, DOI_COUNTS, CITATIONS, CITATION_READINGS, DOI_READINGS, DOI_CHECKS, HANDLES)
"""Every table of the schema `datacite`."""
