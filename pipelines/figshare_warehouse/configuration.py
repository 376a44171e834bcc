"""dlt's configuration: `.dlt/config.toml`, `.dlt/secrets.toml` and the environment, section `sources.figshare`.

Command-line options win. Secrets are never options.
"""

from __future__ import annotations

import gc
import logging
import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import fields, make_dataclass
from datetime import datetime
from typing import Any

import dlt
from dlt.common.configuration import configspec, resolve_configuration
from dlt.common.configuration.exceptions import ConfigurationException
from dlt.common.configuration.specs import BaseConfiguration
from dlt.common.typing import TSecretStrValue

from figshare_warehouse.article_references import article_reference
from figshare_warehouse.clock import utc_now
from figshare_warehouse.errors import UsageError, one_line
from figshare_warehouse.outputs import check_path, check_text
from figshare_warehouse.settings import SETTINGS, TYPES, ClientSettings, FigshareSettings, number_in
from figshare_warehouse.sources.figshare.api_version import checked_version
from figshare_warehouse.sources.figshare.client import FigshareClient
from figshare_warehouse.sources.figshare.credentials import basic_auth
from figshare_warehouse.sources.figshare.institutions import institution_reference
from figshare_warehouse.sources.figshare.usage.stats import items_by_name

_SPEC: type[BaseConfiguration] = configspec(
    make_dataclass(
        "FigshareSettings",
        [
            (name, TSecretStrValue | None if setting.is_secret else TYPES[name], getattr(FigshareSettings, name))
            for name, setting in SETTINGS.items()
        ],
        bases=(BaseConfiguration,),
        eq=False,
    )
)
"""The settings as dlt looks them up."""


def resolve_settings(given: Mapping[str, Any]) -> FigshareSettings:
    """Returns the settings: given values, then configured ones, then defaults.

    Args:
        given: values from the command line or the caller; None for not given.

    Raises:
        UsageError: a configured value has the wrong type, or is outside its `limits`.
    """
    try:
        with _without_others_variables():
            found = resolve_configuration(
                _SPEC(),
                sections=("sources", "figshare"),
                explicit_value={name: value for name, value in given.items() if value is not None},
            )
    except (ConfigurationException, ValueError) as error:
        raise UsageError(f"The configuration (section sources.figshare) cannot be used: {one_line(error)}") from None
    settings = FigshareSettings(**{name: getattr(found, name) for name in SETTINGS})
    if settings.institution is not None:
        # A number is given as one, too.
        settings.institution = str(settings.institution).strip()
    for name in SETTINGS:
        _check(name, settings)
    for alone in ("none", "totals"):
        if alone in (settings.usage or ()) and len(set(settings.usage or ())) > 1:
            raise UsageError(f"usage is either {alone} or other kinds, not both.")
    items_by_name(settings.usage_items or ())
    for article in settings.articles or ():
        article_reference(article, "--article")
    checked_version(settings.api_version)
    if settings.institution is not None:
        institution_reference(settings.institution)
    return settings


def _check(name: str, settings: FigshareSettings) -> None:
    """Refuses an invalid value, however it was set."""
    setting, value = SETTINGS[name], getattr(settings, name)
    if value is None:
        return
    values = [*value, *value.values()] if isinstance(value, dict) else value if isinstance(value, list) else [value]
    for one in values:
        if setting.limit:
            number = settings.days(name) if setting.limit.is_age else number_in(one) if isinstance(one, str) else one
            if number is not None and (wrong := setting.limit.wrong(number)):
                raise UsageError(f"{name} {wrong}.")
        if setting.path:
            check_path(one, name, "file" if setting.path == "output" else "any")
        elif isinstance(one, str):
            check_text(one, name, is_shown=not setting.is_secret)
    if setting.choices and (others := set(values) - set(setting.choices)):
        raise UsageError(f"{name} is {', '.join(setting.choices)}, not {', '.join(sorted(others))}.")


@contextmanager
def _without_others_variables() -> Iterator[None]:
    """Hides bare variables such as TOKEN from dlt, which would use them although they are another program's."""
    names = [f"{prefix}{name}".upper() for name in SETTINGS for prefix in ("", "sources__")]
    hidden = {name: os.environ.pop(name) for name in names if name in os.environ}
    try:
        yield
    finally:
        os.environ.update(hidden)


def secrets_of(settings: FigshareSettings) -> tuple[str, ...]:
    """Returns the values to redact; the Stats API's password also as it is sent."""
    password = settings.stats_password
    sent = basic_auth(f"{settings.stats_username}:{password}") if password else None
    return tuple(secret.strip() for secret in (settings.token, password, sent) if secret and secret.strip())


def make_client(
    settings: FigshareSettings,
    user_agent: str,
    on_request: Callable[[int], None] | None = None,
    clock: Callable[[], datetime] = utc_now,
) -> FigshareClient:
    """Returns a client for the settings.

    Args:
        settings: the addresses, credentials and pace.
        user_agent: sent with each request.
        on_request: as for FigshareClient.
        clock: as for FigshareClient.

    Raises:
        UsageError: as FigshareClient.
    """
    return FigshareClient(
        **{one.name: getattr(settings, one.name) for one in fields(ClientSettings)},
        user_agent=user_agent,
        on_request=on_request,
        clock=clock,
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
