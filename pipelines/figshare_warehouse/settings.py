"""The settings: each is declared once.

Its command-line option, its configuration key, its row in docs/loading.md and the client's argument come from here.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, fields
from datetime import timedelta
from typing import Any, Literal, TypeVar, get_args, get_origin, get_type_hints

from figshare_warehouse.ages import age_of

MOST_DAYS = 100_000
"""More is a mistake; seven times as many reach back before the year 1, the first that dates have."""

LARGEST_ID = 2**63 - 1
"""The largest BIGINT."""

_DAY_SECONDS = 86_400

T = TypeVar("T")

USAGE = ("none", "totals", "months", "days", "countries")
"""The kinds of usage."""

KINDS = ("collections", "projects", "accounts", "articles", "reviews", "roles")
"""The kinds of records that can be left out."""


@dataclass(frozen=True, slots=True)
class Limit:
    """The range of a setting. Every wait has an upper limit.

    Attributes:
        least: the smallest value.
        most: the largest.
        is_open: whether `least` itself is excluded.
        is_age: whether the setting is an age, such as `90d`; its range is in days.
    """

    least: float
    most: float
    is_open: bool = False
    is_age: bool = False

    def wrong(self, value: float) -> str | None:
        """What is wrong with a number, as the end of a sentence that begins with its name; None when nothing is."""
        # NaN is neither.
        if value <= self.most and (self.least < value if self.is_open else self.least <= value):
            return None
        unit = "d" if self.is_age else ""
        number = f"{value:,}".removesuffix(".0")
        least = f"more than {self.least:,} and at most" if self.is_open else f"from {self.least:,}{unit} to"
        return f"must be {least} {self.most:,}{unit}, not {number}{unit}"


@dataclass(frozen=True, slots=True)
class Setting:
    """What the declaration of a setting says besides its name, type and default.

    Attributes:
        meaning: for the option's help and the docs.
        option: the command-line option; None for none.
        limit: its range, or that of each of its values; of a text that of the number, where it is one.
        is_planned: whether `plan` has the option; otherwise only `refresh` and `schedule` have it.
        choices: the values it takes.
        path: what it is the path of; an `output` need not exist.
        metavar: what stands for the value in the option's help.
        shown_default: the default in words, where the value does not say it.
        is_secret: whether it is never shown.
        see: a link to more about it, in the docs.
    """

    meaning: str
    option: str | None = None
    limit: Limit | None = None
    is_planned: bool = True
    choices: Sequence[str] = ()
    path: Literal["output", "file", "folder"] | None = None
    metavar: str | None = None
    shown_default: str | None = None
    is_secret: bool = False
    see: str | None = None


def _setting(default: T, meaning: str, option: str | None = None, limit: Limit | None = None, **more: Any) -> T:
    declared = {"setting": Setting(meaning, option, limit, **more)}
    return field(default=default, repr=not more.get("is_secret"), metadata=declared)


@dataclass
class FeedSettings:
    """What to load."""

    institution: str | None = _setting(
        None,
        "Figshare's id of the institution; or the URL or DOI of one of its articles, or its portal (NAME or URL), from "
        "which the id is found.",
        "--institution",
        Limit(1, LARGEST_ID),
        metavar="ID|URL|DOI|PORTAL",
        see="[The institution's id](#the-institutions-id)",
    )
    groups: list[int] | None = _setting(
        None, "Only this group, without its subgroups; repeatable.", "--group", Limit(1, LARGEST_ID)
    )
    searches: dict[str, str] | None = _setting(
        None,
        "Also what this search finds in all of Figshare, under this name; repeatable.",
        "--search",
        metavar="NAME=QUERY",
        see="[Schools and feeds](schools-and-feeds.md#searches)",
    )
    articles: list[str] | None = _setting(
        None,
        "Also this article, whatever institution it belongs to; repeatable.",
        "--article",
        metavar="ID|DOI|URL",
        see="[Single articles](#single-articles)",
    )
    internal: bool = _setting(
        False,
        "Also what only an administrator's token may see: accounts, storage, roles, drafts and reviews. Personal data: "
        "it is published into a second file, for administrators only.",
        "--internal",
        see="[Internal records](internal.md)",
    )
    account: bool = _setting(
        False,
        "Also what any token may see: its account and the account's articles, drafts included. Personal data, as with "
        "--internal.",
        "--account",
        see="[Internal records](internal.md)",
    )
    without: list[str] | None = _setting(
        None,
        "Leave out this kind of record: collections and projects are read where an institution is followed; accounts, "
        "articles, reviews and roles are the internal ones; repeatable.",
        "--without",
        choices=KINDS,
        see="[Collections and projects](#collections-and-projects)",
    )


@dataclass
class ClientSettings:
    """Whom to ask, as whom, and how fast: the client's arguments."""

    api_url: str = _setting("https://api.figshare.com/v2", "Base address of the REST API.", "--api-url")
    stats_url: str | None = _setting(
        None, "Base address of the Stats API.", "--stats-url", shown_default="Figshare's own, with its own REST API"
    )
    token: str | None = _setting(
        None,
        "An administrator's token; adds the institution's groups by name.",
        is_secret=True,
        see="[A token](#a-token-for-the-names-of-groups)",
    )
    portal: str | None = _setting(
        None,
        "The institution's portal name, as in `PORTAL.figshare.com`, for the Stats API.",
        see="[Usage](usage.md#credentials)",
    )
    stats_username: str | None = _setting(None, "User name for the Stats API.", is_secret=True)
    stats_password: str | None = _setting(None, "Password for the Stats API.", is_secret=True)
    requests_per_second: float = _setting(
        1.0, "Pace; 0 for no pacing. Figshare asks for at most 1.", "--requests-per-second", Limit(0, 1000)
    )
    timeout_seconds: float = _setting(60.0, "How long to wait for a response.", limit=Limit(0, 3600, is_open=True))
    max_tries: int = _setting(5, "How often a request is tried.", limit=Limit(1, 100))
    retry_wait_seconds: float = _setting(
        2.0, "Longest wait before the first retry; doubles for each further one.", limit=Limit(0, 3600)
    )
    concurrency: int = _setting(4, "Requests under way at once.", limit=Limit(1, 32))
    max_requests: int | None = _setting(
        None, "Stop cleanly after so many requests.", "--max-requests", Limit(1, 1_000_000_000)
    )
    max_minutes: float | None = _setting(
        None, "Stop cleanly after so many minutes.", "--max-minutes", Limit(0, 1440 * MOST_DAYS, is_open=True)
    )


@dataclass
class FigshareSettings(ClientSettings, FeedSettings):
    """The settings of section `sources.figshare`."""

    api_version: str = _setting(
        "auto",
        "`auto` to find out which version of Figshare's API each institution is on, or `v2` or `v3`.",
        see="[API v3](#figshares-api-v3)",
    )
    article_max_age: str = _setting(
        "90d",
        "Read older articles again, such as 90d, since some changes show no date.",
        "--article-max-age",
        Limit(1, MOST_DAYS, is_age=True),
    )
    undated_article_max_age: str = _setting(
        "7d",
        "The same where Figshare does not say when an article was modified.",
        limit=Limit(1, MOST_DAYS, is_age=True),
    )
    chunk_articles: int = _setting(25_000, "Most articles in one load.", limit=Limit(1, 1_000_000))
    chunk_seconds: float = _setting(
        60.0, "After so many seconds, what was read is loaded.", limit=Limit(0, _DAY_SECONDS)
    )
    usage: list[str] | None = _setting(
        None,
        "Usage to read: months (of articles and groups, with countries of groups), also days and countries of "
        "articles; only totals, for a first look; or none; repeatable.",
        "--usage",
        choices=USAGE,
        shown_default="months",
        see="[Usage](usage.md)",
    )
    usage_items: list[str] | None = _setting(
        None, "Also the usage of this, such as author:123; repeatable.", "--usage-item"
    )
    usage_reports: list[str] | None = _setting(
        None,
        "Also the countries of the articles in this report (its column article_id); repeatable.",
        "--usage-report",
        metavar="NAME",
    )
    usage_max_age: str = _setting(
        "7d",
        "Ask again for usage that is older, such as 12h or 7d.",
        "--usage-max-age",
        Limit(0, MOST_DAYS, is_age=True),
    )
    usage_requests: int | None = _setting(
        None,
        "Most requests for usage in a refresh; what is most likely out of date comes first.",
        "--usage-requests",
        # Fewer would not read the latest months in one refresh.
        Limit(50, 1_000_000_000),
        see="[Usage](usage.md#in-how-many-requests)",
    )
    internal_max_age: str | None = _setting(
        None,
        "Remove internal records that are older, such as 730d: accounts that were not seen since, reviews decided "
        "before, days of storage.",
        "--internal-max-age",
        Limit(1, MOST_DAYS, is_age=True),
        shown_default="they are kept",
        see="[Internal records](internal.md#how-long-it-is-kept)",
    )
    usage_days: int = _setting(92, "How many days back the usage `days` goes.", limit=Limit(1, MOST_DAYS))
    notify_command: str | None = _setting(
        None,
        "Run this in a shell when the exit status is not 0, with a summary (JSON) on its standard input.",
        "--notify-command",
        is_planned=False,
        metavar="COMMAND",
        see="[Operations](operations.md#notification)",
    )
    notify_seconds: float = _setting(
        60.0, "How long that command may take.", limit=Limit(0, _DAY_SECONDS, is_open=True)
    )
    published: str | None = _setting(
        None,
        "The file that readers open.",
        "--published",
        is_planned=False,
        path="output",
        shown_default="figshare_reports.duckdb beside the warehouse; beside another NAME.duckdb NAME_reports.duckdb",
        see="[BI tools](bi-tools.md)",
    )
    sql_dir: str | None = _setting(
        None,
        "Folder with your reports (*.sql), checked and built like ours.",
        "--sql-dir",
        is_planned=False,
        path="folder",
        see="[Your reports](your-reports.md)",
    )
    institution_name: str | None = _setting(
        None,
        "Name of the institution, for titles; or ID=NAME, of another. It wins over the name that Figshare tells with a "
        "token. Without it the last one stays; an empty one takes it back.",
        "--institution-name",
        is_planned=False,
        metavar="NAME",
        see="[Names without a token](#names-without-a-token)",
    )
    group_names: str | None = _setting(
        None,
        "Names of the institution's groups: a CSV with the columns group_id, name and optionally parent_id. Figshare's "
        "own list of groups, which needs a token, wins. Without it the last one stays.",
        "--group-names",
        is_planned=False,
        path="file",
        metavar="FILE",
        see="[Names without a token](#names-without-a-token)",
    )
    schools: str | None = _setting(
        None,
        "Your list of schools: a CSV with the columns school, group_id, author_id or orcid, and optionally faculty. "
        "Without it the last one stays.",
        "--schools",
        is_planned=False,
        path="file",
        metavar="FILE",
        see="[Schools and feeds](schools-and-feeds.md#schools)",
    )

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
SETTINGS: dict[str, Setting] = {one.name: one.metadata["setting"] for one in fields(FigshareSettings)}
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


def settings_table() -> str:
    """The settings as a table in Markdown, for docs/loading.md."""
    lines = ["| setting | option | default | meaning |", "|---|---|---|---|"]
    for name, setting in SETTINGS.items():
        option = f"`{setting.option}`" if setting.option else "" if not setting.is_secret else "never"
        meaning = setting.meaning + (f" See {setting.see}." if setting.see else "")
        lines.append(f"| `{name}` | {option} | {default_text(name)} | {meaning} |")
    return "\n".join(lines) + "\n"
