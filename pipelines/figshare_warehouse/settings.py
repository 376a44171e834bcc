"""Settings, by dlt's configuration: `.dlt/config.toml`, `.dlt/secrets.toml` and the environment, `sources.figshare`.

Command-line options win. Secrets are never options.
"""

from __future__ import annotations

import gc
import logging
import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import fields
from datetime import timedelta
from typing import Any

import dlt
from dlt.common.configuration import configspec, resolve_configuration
from dlt.common.configuration.exceptions import ConfigurationException
from dlt.common.configuration.specs import BaseConfiguration
from dlt.common.typing import TSecretStrValue

from figshare_warehouse.ages import age_of
from figshare_warehouse.errors import UsageError, one_line
from figshare_warehouse.limits import AGES, LIMITS, outside
from figshare_warehouse.outputs import check_path, check_text
from figshare_warehouse.sources.figshare.access import API_URL, basic_auth
from figshare_warehouse.sources.figshare.client import FigshareClient
from figshare_warehouse.sources.figshare.usage.stats import items_by_name
from figshare_warehouse.sources.figshare.versions import checked_version

USAGE = ("none", "months", "days", "countries")
"""The kinds of usage."""

PATHS = ("published", "sql_dir", "schools")
"""Settings that are paths."""

SECRETS = ("token", "stats_username", "stats_password")
"""Settings that are never shown."""


@configspec
class FigshareSettings(BaseConfiguration):
    """The settings of section `sources.figshare`.

    Attributes:
        institution: Figshare's id of the institution.
        groups: only these groups.
        searches: name → query over all of Figshare, in Figshare's search language.
        api_url: base address of the REST API.
        stats_url: base address of the Stats API; the default goes only with Figshare's own REST API.
        api_version: `auto` to find out which version of the REST API each institution is on, or `v2` or `v3`.
        token: an administrator's token (secret); adds the institution's groups by name.
        portal: the institution's portal name, as in PORTAL.figshare.com.
        stats_username: user name for the Stats API (secret).
        stats_password: password for the Stats API (secret).
        requests_per_second: pace; 0 for no pacing.
        timeout_seconds: how long to wait for a response.
        max_tries: how often a request is tried.
        retry_wait_seconds: longest wait before the first retry; doubles for each further one.
        concurrency: requests under way at once.
        max_requests: after so many requests a refresh stops; no limit by default.
        max_minutes: after so many minutes a refresh stops; no limit by default.
        article_max_age: older details are read again, such as `90d`, since some changes show no date.
        undated_article_max_age: the same where Figshare does not say when an article was modified.
        chunk_articles: most articles in one load.
        chunk_seconds: after so many seconds, what was read is loaded.
        notify_command: run in a shell when a refresh ends with an exit status other than 0.
        notify_seconds: how long that command may take.
        published: the file that readers open; by default beside the warehouse.
        sql_dir: folder of the user's reports, checked and built like ours.
        schools: the user's list of schools, a CSV; without it the last one stays.
        usage: kinds of usage to read: `none`, or `months` and also `days`, `countries`; months by default.
        usage_items: other items whose usage is read, such as `author:123`.
        usage_reports: reports whose articles' countries are read, such as `search_results`.
        usage_max_age: older usage is read again, such as `7d`.
        usage_days: how many days back `days` goes.
    """

    institution: int | None = None
    groups: list[int] | None = None
    searches: dict[str, str] | None = None
    api_url: str = API_URL
    stats_url: str | None = None
    api_version: str = "auto"
    token: TSecretStrValue | None = None
    portal: str | None = None
    stats_username: TSecretStrValue | None = None
    stats_password: TSecretStrValue | None = None
    requests_per_second: float = 1.0
    timeout_seconds: float = 60.0
    max_tries: int = 5
    retry_wait_seconds: float = 2.0
    concurrency: int = 4
    max_requests: int | None = None
    max_minutes: float | None = None
    article_max_age: str = "90d"
    undated_article_max_age: str = "7d"
    chunk_articles: int = 25_000
    chunk_seconds: float = 60.0
    notify_command: str | None = None
    notify_seconds: float = 60.0
    published: str | None = None
    sql_dir: str | None = None
    schools: str | None = None
    usage: list[str] | None = None
    usage_items: list[str] | None = None
    usage_reports: list[str] | None = None
    usage_max_age: str = "7d"
    usage_days: int = 92

    def days(self, name: str) -> float:
        """An age in days.

        Args:
            name: one of `AGES`.

        Raises:
            UsageError: the setting is not an age.
        """
        return age_of(getattr(self, name), name) / timedelta(days=1)

    def secrets(self) -> tuple[str, ...]:
        """The values to redact; the Stats API's password also as it is sent."""
        sent = basic_auth(f"{self.stats_username}:{self.stats_password}") if self.stats_password else None
        return tuple(secret.strip() for secret in (self.token, self.stats_password, sent) if secret and secret.strip())


def resolve_settings(given: Mapping[str, Any]) -> FigshareSettings:
    """Returns the settings: given values, then configured ones, then defaults.

    Args:
        given: values from the command line or the caller; None for not given.

    Raises:
        UsageError: a configured value has the wrong type, or is outside its `limits`.
    """
    try:
        with _without_others_variables():
            settings = resolve_configuration(
                FigshareSettings(),
                sections=("sources", "figshare"),
                explicit_value={name: value for name, value in given.items() if value is not None},
            )
    except (ConfigurationException, ValueError) as error:
        raise UsageError(f"The configuration (section sources.figshare) cannot be used: {one_line(error)}") from None
    _check(settings)
    wrong = set(settings.usage or ()) - set(USAGE)
    if wrong:
        raise UsageError(f"usage is {', '.join(USAGE)}, not {', '.join(sorted(wrong))}.")
    if settings.usage and "none" in settings.usage and len(set(settings.usage)) > 1:
        raise UsageError("usage is either none or other kinds, not both.")
    items_by_name(settings.usage_items or ())
    checked_version(settings.api_version)
    return settings


def _check(settings: FigshareSettings) -> None:
    """Refuses invalid values, however they were set."""
    for one in fields(FigshareSettings):
        # Fields of dlt's begin with an underscore.
        value = None if one.name.startswith("_") else getattr(settings, one.name)
        if value is None:
            continue
        values = [*value, *value.values()] if isinstance(value, dict) else value if isinstance(value, list) else [value]
        for each in values:
            number = settings.days(one.name) if one.name in AGES else each
            if one.name in LIMITS and (wrong := outside(one.name, number)):
                raise UsageError(f"{one.name} {wrong}.")
            if one.name in PATHS:
                check_path(each, one.name, "file" if one.name == "published" else "any")
            elif isinstance(each, str):
                check_text(each, one.name, is_shown=one.name not in SECRETS)


@contextmanager
def _without_others_variables() -> Iterator[None]:
    """Hides bare variables such as TOKEN from dlt, which would use them although they are another program's."""
    names = [f"{prefix}{one.name}".upper() for one in fields(FigshareSettings) for prefix in ("", "sources__")]
    hidden = {name: os.environ.pop(name) for name in names if name in os.environ}
    try:
        yield
    finally:
        os.environ.update(hidden)


def make_client(
    settings: FigshareSettings, user_agent: str, on_request: Callable[[int], None] | None = None
) -> FigshareClient:
    """Returns a client for the settings.

    Args:
        settings: the addresses, credentials and pace.
        user_agent: sent with each request.
        on_request: as for FigshareClient.

    Raises:
        UsageError: as FigshareClient.
    """
    return FigshareClient(
        api_url=settings.api_url,
        stats_url=settings.stats_url,
        token=settings.token,
        requests_per_second=settings.requests_per_second,
        timeout_seconds=settings.timeout_seconds,
        max_tries=settings.max_tries,
        retry_wait_seconds=settings.retry_wait_seconds,
        max_requests=settings.max_requests,
        max_minutes=settings.max_minutes,
        concurrency=settings.concurrency,
        user_agent=user_agent,
        portal=settings.portal,
        stats_username=settings.stats_username,
        stats_password=settings.stats_password,
        on_request=on_request,
    )


def prepare_dlt() -> None:
    """Sets what dlt reads only from the environment, unless the user has: no telemetry, load ids in rows."""
    # Records are many small objects without cycles: looking for cycles as often as Python does takes a quarter of the
    # time of parsing.
    gc.set_threshold(max(50_000, gc.get_threshold()[0]))
    if dlt.config.get("runtime.dlthub_telemetry") is None:
        os.environ["RUNTIME__DLTHUB_TELEMETRY"] = "false"
    if dlt.config.get("runtime.log_level") is None:
        # Failed loads are reported in our own messages; dlt's log is for those who switch it on.
        os.environ["RUNTIME__LOG_LEVEL"] = "CRITICAL"
        logging.getLogger("dlt").setLevel(logging.CRITICAL)
    # The files exist only between two steps of a load: compressing them takes longer than it saves.
    os.environ["DATA_WRITER__COMPRESSION"] = "none"
    if dlt.config.get("load.workers") is None:
        # dlt would load twenty files at once, each with its memory; DuckDB uses all processors for one.
        os.environ["LOAD__WORKERS"] = "4"
    # `_dlt_load_id` in each row distinguishes rows of a load that was cut off.
    os.environ["NORMALIZE__PARQUET_NORMALIZER__ADD_DLT_LOAD_ID"] = "true"
