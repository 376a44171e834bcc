"""The tables about accounts: who there is, how much they store, and what they may do.

Field names and meanings: Figshare's OpenAPI description v2.0 (July 2026), ShortAccount, Account, Role.
"""

from __future__ import annotations

from figshare_warehouse.tables.contract import column, computed, internal

_ACCOUNT = "The account: accounts.account_id."
_OF_PEOPLE = "; NULL once the account is gone."

ACCOUNTS = internal(
    "accounts",
    "One account as the list of accounts last showed it, or as the token's owner sees it.",
    (
        column("account_id", "bigint", "Figshare's id of the account.", "id", is_key=True),
        column("author_id", "bigint", "Figshare's id of its owner as an author" + _OF_PEOPLE, "user_id"),
        column("first_name", "text", "First name" + _OF_PEOPLE),
        column("last_name", "text", "Last name" + _OF_PEOPLE),
        column("email", "text", "E-mail address" + _OF_PEOPLE),
        column("is_active", "bool", "Whether it can be used.", "active"),
        column("institution_id", "bigint", "The institution: figshare.institutions.id."),
        column("institution_user_id", "text", "The institution's id of the person" + _OF_PEOPLE),
        column("orcid_id", "text", "ORCID iD; empty when there is none" + _OF_PEOPLE),
        column("symplectic_user_id", "text", "Symplectic Elements' id of the person" + _OF_PEOPLE),
        column("quota", "bigint", "Storage that it may use, in bytes."),
        column("used_quota", "bigint", "Storage that it uses, in bytes."),
        computed("listed_mark", "text", "A digest of the fields above; another one makes the detail due."),
        computed("token_mark", "text", "Which token saw it last: a salted hash, of which the token cannot be made."),
        computed("seen_at", "timestamp", "When it was last seen (UTC)."),
        computed("refresh_id", "text", "The refresh that last saw it: figshare.refreshes.refresh_id."),
        computed(
            "missed_at", "timestamp", "When the list did not show it though it was still there (UTC); NULL when shown."
        ),
    ),
)

ACCOUNT_LEAVINGS = internal(
    "account_leavings",
    "One time that one account was found gone. Its names and ids of people are removed then.",
    (
        computed("account_id", "bigint", _ACCOUNT, is_key=True),
        computed("left_at", "timestamp", "When it was found gone (UTC); it was some time before.", is_key=True),
        computed("returned_at", "timestamp", "When it was listed again (UTC); NULL while it is not."),
        computed("refresh_id", "text", "The refresh that last looked: figshare.refreshes.refresh_id."),
    ),
)

ACCOUNT_DETAILS = internal(
    "account_details",
    "One account's detail as it was last read: what the list of accounts does not have.",
    (
        column("account_id", "bigint", _ACCOUNT, "id", is_key=True),
        column("group_id", "bigint", "The group that it belongs to: figshare.groups.id.", is_zero_none=True),
        column("created_date", "timestamp", "When it was made (UTC)."),
        column("modified_date", "timestamp", "When it was last changed (UTC)."),
        column("used_quota_public", "bigint", "Storage that its public items use, in bytes."),
        column("used_quota_private", "bigint", "Storage that its other items use, in bytes."),
        column("pending_quota_request", "bool", "Whether a request for more storage waits."),
        column("maximum_file_size", "bigint", "Largest file that it may upload, in bytes."),
        computed("listed_mark", "text", "The account's listed_mark then."),
        computed("fetched_at", "timestamp", "When it was read (UTC)."),
    ),
    unread=frozenset(
        {
            *("user_id", "first_name", "last_name", "email", "active", "institution_id", "institution_user_id"),
            *("orcid_id", "symplectic_user_id", "quota", "used_quota"),
        }
    ),
)

ACCOUNT_STORAGE = internal(
    "account_storage",
    "The storage of one account on one day on which it was read: the last figures of that day.",
    (
        computed("account_id", "bigint", _ACCOUNT, is_key=True),
        computed("on_date", "date", "The day (UTC).", is_key=True),
        computed("used_quota", "bigint", "Storage that it used, in bytes."),
        computed("quota", "bigint", "Storage that it could use, in bytes."),
    ),
)

OWN_ACCOUNTS = internal(
    "own_accounts",
    "One account whose token the refresh was given (`--account`).",
    (
        computed("account_id", "bigint", _ACCOUNT, is_key=True),
        computed("read_at", "timestamp", "When it was last read (UTC)."),
        computed("refresh_id", "text", "The refresh that last read it: figshare.refreshes.refresh_id."),
    ),
)

ROLES = internal(
    "roles",
    "One role that accounts of the institution can have.",
    (
        column("role_id", "bigint", "Figshare's id of the role.", "id", is_key=True),
        column("name", "text", "Name of the role."),
        column("category", "text", "What it is a role in, for instance group."),
        column("description", "text", "What it allows, in Figshare's words."),
    ),
    replaced="all",
)

ACCOUNT_ROLES = internal(
    "account_roles",
    "One role that one account has in one group.",
    (
        computed("account_id", "bigint", _ACCOUNT, is_key=True),
        computed("group_id", "bigint", "The group: figshare.groups.id.", is_key=True),
        column("role_id", "bigint", "The role: roles.role_id.", "id", is_key=True),
        column("name", "text", "Name of the role."),
        column("category", "text", "What it is a role in, for instance group."),
    ),
    count_column="role_count",
    replaced=("account_id",),
    unread=frozenset({"description"}),
)

ACCOUNT_ROLE_READINGS = internal(
    "account_role_readings",
    "One account whose roles were read, also when it has none.",
    (
        computed("account_id", "bigint", _ACCOUNT, is_key=True),
        computed("role_count", "bigint", "How many roles in groups it had; NULL once it was found gone."),
        computed("read_at", "timestamp", "When they were read (UTC); NULL once it was found gone."),
    ),
)

EMBARGO_OPTIONS = internal(
    "embargo_options",
    "One way in which the institution lets embargoed items be seen by some.",
    (
        column("option_id", "bigint", "Figshare's id of the option.", "id", is_key=True),
        column("option_type", "text", "Who sees them: `logged_in`, `ip_range` or `administrator`.", "type"),
        column("ip_name", "text", "Name of the range of addresses; empty or NULL for others."),
    ),
    replaced="all",
)
