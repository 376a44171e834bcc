"""The settings: each is declared once.

Its command-line option, its configuration key, its row in docs/loading.md and the client's argument come from here.
"""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from datetime import timedelta
from typing import Any, get_args, get_origin, get_type_hints

from figshare_warehouse.ages import age_of
from figshare_warehouse.datacite_settings import DATACITE_SETTINGS, DataciteSettings
from figshare_warehouse.setting import DAY_SECONDS, LARGEST_ID, MOST_DAYS, Limit, Setting, declare

USAGE = ("none", "totals", "months", "days", "countries")
"""The kinds of usage."""

KINDS = ("collections", "projects", "accounts", "articles", "reviews", "roles")
"""The kinds of records that can be left out."""


@dataclass
class FeedSettings:
    """What to load."""

    institution: str | None = declare(
        None,
        "Figshare's id of the institution; or the URL or DOI of one of its articles, or its portal (NAME or URL), from "
        "which the id is found.",
        "--institution",
        Limit(1, LARGEST_ID),
        metavar="ID|URL|DOI|PORTAL",
        see="[The institution's id](#the-institutions-id)",
    )
    groups: list[int] | None = declare(
        None, "Only this group, without its subgroups; repeatable.", "--group", Limit(1, LARGEST_ID)
    )
    searches: dict[str, str] | None = declare(
        None,
        "Also what this search finds in all of Figshare, under this name; repeatable.",
        "--search",
        metavar="NAME=QUERY",
        see="[Schools and feeds](schools-and-feeds.md#searches)",
    )
    articles: list[str] | None = declare(
        None,
        "Also this article, whatever institution it belongs to; repeatable.",
        "--article",
        metavar="ID|DOI|URL",
        see="[Single articles](#single-articles)",
    )
    internal: bool = declare(
        False,
        "Also what only an administrator's token may see: accounts, storage, roles, drafts and reviews. Personal data: "
        "it is published into a second file, for administrators only.",
        "--internal",
        see="[Internal records](internal.md)",
    )
    account: bool = declare(
        False,
        "Also what any token may see: its account and the account's articles, drafts included. Personal data, as with "
        "--internal.",
        "--account",
        see="[Internal records](internal.md)",
    )
    without: list[str] | None = declare(
        None,
        "Leave out this kind of record: collections and projects are read where an institution is followed; accounts, "
        "articles, reviews and roles are the internal ones; repeatable.",
        "--without",
        choices=KINDS,
        see="[Collections and projects](#collections-and-projects)",
    )
    citations: bool = declare(
        True,
        "Also the repository's DOIs and who cites them, from DataCite; `--no-citations` leaves them out.",
        "--citations",
        see="[Citations](citations.md)",
    )
    links: bool = declare(
        False,
        "Also ask the addresses that articles name (linked files, references, related materials) whether they still "
        "answer: at most 500 in a refresh, one request a second of each host.",
        "--links",
        see="[Links](citations.md#links)",
    )


@dataclass
class ClientSettings:
    """Whom to ask, as whom, and how fast: the client's arguments."""

    api_url: str = declare("https://api.figshare.com/v2", "Base address of the REST API.", "--api-url")
    stats_url: str | None = declare(
        None, "Base address of the Stats API.", "--stats-url", shown_default="Figshare's own, with its own REST API"
    )
    token: str | None = declare(
        None,
        "An administrator's token; adds the institution's groups by name.",
        is_secret=True,
        see="[A token](#a-token-for-the-names-of-groups)",
    )
    portal: str | None = declare(
        None,
        "The institution's portal name, as in `PORTAL.figshare.com`, for the Stats API.",
        see="[Usage](usage.md#credentials)",
    )
    stats_username: str | None = declare(None, "User name for the Stats API.", is_secret=True)
    stats_password: str | None = declare(None, "Password for the Stats API.", is_secret=True)
    requests_per_second: float = declare(
        1.0, "Pace; 0 for no pacing. Figshare asks for at most 1.", "--requests-per-second", Limit(0, 1000)
    )
    timeout_seconds: float = declare(60.0, "How long to wait for a response.", limit=Limit(0, 3600, is_open=True))
    max_tries: int = declare(5, "How often a request is tried.", limit=Limit(1, 100))
    retry_wait_seconds: float = declare(
        2.0, "Longest wait before the first retry; doubles for each further one.", limit=Limit(0, 3600)
    )
    concurrency: int = declare(4, "Requests under way at once.", limit=Limit(1, 32))
    max_requests: int | None = declare(
        None, "Stop cleanly after so many requests.", "--max-requests", Limit(1, 1_000_000_000)
    )
    max_minutes: float | None = declare(
        None, "Stop cleanly after so many minutes.", "--max-minutes", Limit(0, 1440 * MOST_DAYS, is_open=True)
    )


@dataclass
class FigshareSettings(ClientSettings, FeedSettings):
    """The settings of section `sources.figshare`."""

    api_version: str = declare(
        "auto",
        "`auto` to find out which version of Figshare's API each institution is on, or `v2` or `v3`.",
        see="[API v3](#figshares-api-v3)",
    )
    article_max_age: str = declare(
        "90d",
        "Read older articles again, such as 90d, since some changes show no date.",
        "--article-max-age",
        Limit(1, MOST_DAYS, is_age=True),
    )
    undated_article_max_age: str = declare(
        "7d",
        "The same where Figshare does not say when an article was modified.",
        limit=Limit(1, MOST_DAYS, is_age=True),
    )
    chunk_articles: int = declare(25_000, "Most articles in one load.", limit=Limit(1, 1_000_000))
    chunk_seconds: float = declare(60.0, "After so many seconds, what was read is loaded.", limit=Limit(0, DAY_SECONDS))
    usage: list[str] | None = declare(
        None,
        "Usage to read: months (of articles and groups, with countries of groups), also days and countries of "
        "articles; only totals, for a first look; or none; repeatable.",
        "--usage",
        choices=USAGE,
        shown_default="months",
        see="[Usage](usage.md)",
    )
    usage_items: list[str] | None = declare(
        None, "Also the usage of this, such as author:123; repeatable.", "--usage-item"
    )
    usage_reports: list[str] | None = declare(
        None,
        "Also the countries of the articles in this report (its column article_id); repeatable.",
        "--usage-report",
        metavar="NAME",
    )
    usage_max_age: str = declare(
        "7d",
        "Ask again for usage that is older, such as 12h or 7d.",
        "--usage-max-age",
        Limit(0, MOST_DAYS, is_age=True),
    )
    usage_requests: int | None = declare(
        None,
        "Most requests for usage in a refresh; what is most likely out of date comes first.",
        "--usage-requests",
        # Fewer would not read the latest months in one refresh.
        Limit(50, 1_000_000_000),
        see="[Usage](usage.md#in-how-many-requests)",
    )
    internal_max_age: str | None = declare(
        None,
        "Remove internal records that are older, such as 730d: accounts that were not seen since, reviews decided "
        "before, days of storage.",
        "--internal-max-age",
        Limit(1, MOST_DAYS, is_age=True),
        shown_default="they are kept",
        see="[Internal records](internal.md#how-long-it-is-kept)",
    )
    link_max_age: str = declare(
        "30d",
        "With `--links`, ask again for addresses that were asked for longer ago; four times as often if they failed.",
        limit=Limit(1, MOST_DAYS, is_age=True),
        see="[Links](citations.md#links)",
    )
    usage_days: int = declare(92, "How many days back the usage `days` goes.", limit=Limit(1, MOST_DAYS))
    notify_command: str | None = declare(
        None,
        "Run this in a shell when the exit status is not 0, with a summary (JSON) on its standard input.",
        "--notify-command",
        is_planned=False,
        metavar="COMMAND",
        see="[Operations](operations.md#notification)",
    )
    notify_seconds: float = declare(60.0, "How long that command may take.", limit=Limit(0, DAY_SECONDS, is_open=True))
    published: str | None = declare(
        None,
        "The file that readers open.",
        "--published",
        is_planned=False,
        path="output",
        shown_default="figshare_reports.duckdb beside the warehouse; beside another NAME.duckdb NAME_reports.duckdb",
        see="[BI tools](bi-tools.md)",
    )
    sql_dir: str | None = declare(
        None,
        "Folder with your reports (*.sql), checked and built like ours.",
        "--sql-dir",
        is_planned=False,
        path="folder",
        see="[Your reports](your-reports.md)",
    )
    institution_name: str | None = declare(
        None,
        "Name of the institution, for titles; or ID=NAME, of another. It wins over the name that Figshare tells with a "
        "token. Without it the last one stays; an empty one takes it back.",
        "--institution-name",
        is_planned=False,
        metavar="NAME",
        see="[Names without a token](#names-without-a-token)",
    )
    group_names: str | None = declare(
        None,
        "Names of the institution's groups: a CSV with the columns group_id, name and optionally parent_id. Figshare's "
        "own list of groups, which needs a token, wins. Without it the last one stays.",
        "--group-names",
        is_planned=False,
        path="file",
        metavar="FILE",
        see="[Names without a token](#names-without-a-token)",
    )
    schools: str | None = declare(
        None,
        "Your list of schools: a CSV with the columns school, group_id, author_id or orcid, and optionally faculty. "
        "Without it the last one stays.",
        "--schools",
        is_planned=False,
        path="file",
        metavar="FILE",
        see="[Schools and feeds](schools-and-feeds.md#schools)",
    )

    datacite: DataciteSettings = field(default_factory=DataciteSettings)

    @property
    def asks_datacite(self) -> bool:
        """Whether DataCite is asked: of no other Figshare than the real one, unless its address is given, too."""
        is_real = self.api_url.rstrip("/") == ClientSettings.api_url
        return self.citations and (self.datacite.api_url is not None or is_real)

    @property
    def institution_id(self) -> int | None:
        """The institution's id; None where there is none, or where it has to be found."""
        return None if self.institution is None else number_in(self.institution)

    def days(self, name: str) -> float:
        """An age in days.

        Args:
            name: a setting that is an age.

        Raises:
            UsageError: the setting is not an age.
        """
        return age_of(getattr(self, name), name) / timedelta(days=1)


TYPES = get_type_hints(FigshareSettings)
SETTINGS: dict[str, Setting] = {
    one.name: one.metadata["setting"] for one in fields(FigshareSettings) if "setting" in one.metadata
}
LIMITS = {name: one.limit for name, one in SETTINGS.items() if one.limit}


def number_in(text: str) -> int | None:
    """A text that is a whole number, as one; None where it is not."""
    # Longer ones are out of every range, too, and slow.
    return int(text[:40]) if text.isascii() and text.removeprefix("-").isdecimal() else None


def default_of(name: str) -> Any:
    """The value of a setting that is not made."""
    return getattr(FigshareSettings, name)


def default_text(name: str) -> str:
    """The default as people read it; empty for none."""
    default = default_of(name)
    if SETTINGS[name].shown_default or default is None or isinstance(default, bool):
        return SETTINGS[name].shown_default or ""
    return default if isinstance(default, str) else f"{default:,g}"


def has_type(name: str, *types: type) -> bool:
    """Whether a setting has one of the types, or may be None."""
    return any(get_origin(one) in types or one in types for one in (TYPES[name], *get_args(TYPES[name])))


def datacite_table() -> str:
    """The settings of section `sources.datacite` as a table in Markdown, for docs/citations.md."""
    lines = ["| setting | default | meaning |", "|---|---|---|"]
    for name, setting in DATACITE_SETTINGS.items():
        default = setting.shown_default or getattr(DataciteSettings, name)
        shown = "" if default is None else default if isinstance(default, str) else f"{default:,g}"
        lines.append(f"| `{name}` | {shown} | {setting.meaning} |")
    return "\n".join(lines) + "\n"


def settings_table() -> str:
    """The settings as a table in Markdown, for docs/loading.md."""
    lines = ["| setting | option | default | meaning |", "|---|---|---|---|"]
    for name, setting in SETTINGS.items():
        option = f"`{setting.option}`" if setting.option else "" if not setting.is_secret else "never"
        meaning = setting.meaning + (f" See {setting.see}." if setting.see else "")
        lines.append(f"| `{name}` | {option} | {default_text(name)} | {meaning} |")
    return "\n".join(lines) + "\n"
