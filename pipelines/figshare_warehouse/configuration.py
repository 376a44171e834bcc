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
from datetime import datetime, timedelta
from typing import Any, get_type_hints

import dlt
from dlt.common.configuration import configspec, resolve_configuration
from dlt.common.configuration.exceptions import ConfigurationException
from dlt.common.configuration.specs import BaseConfiguration
from dlt.common.typing import TSecretStrValue

from figshare_warehouse.ages import age_of
from figshare_warehouse.article_references import article_reference
from figshare_warehouse.clock import utc_now
from figshare_warehouse.datacite_settings import DATACITE_SETTINGS, DataciteSettings
from figshare_warehouse.errors import UsageError, one_line
from figshare_warehouse.outputs import check_path, check_text
from figshare_warehouse.setting import Setting
from figshare_warehouse.settings import SETTINGS, TYPES, ClientSettings, FigshareSettings, number_in
from figshare_warehouse.sources.datacite.client import DataciteClient, checked
from figshare_warehouse.sources.figshare.api_version import checked_version
from figshare_warehouse.sources.figshare.client import FigshareClient
from figshare_warehouse.sources.figshare.credentials import basic_auth
from figshare_warehouse.sources.figshare.institutions import institution_reference
from figshare_warehouse.sources.figshare.usage.stats import items_by_name


def _spec(of: type, declared: Mapping[str, Setting], types: Mapping[str, Any]) -> type[BaseConfiguration]:
    """The settings of a section as dlt looks them up."""
    fields_ = [
        (name, TSecretStrValue | None if setting.is_secret else types[name], getattr(of, name))
        for name, setting in declared.items()
    ]
    return configspec(make_dataclass(of.__name__, fields_, bases=(BaseConfiguration,), eq=False))


_SPEC = _spec(FigshareSettings, SETTINGS, TYPES)
_DATACITE_SPEC = _spec(DataciteSettings, DATACITE_SETTINGS, get_type_hints(DataciteSettings))


def resolve_settings(given: Mapping[str, Any]) -> FigshareSettings:
    """Returns the settings: given values, then configured ones, then defaults.

    Args:
        given: values from the command line or the caller; None for not given. `datacite` has those of the section
            `sources.datacite`, by name.

    Raises:
        UsageError: a configured value has the wrong type, or is outside its `limits`.
    """
    of_datacite = given.get("datacite") or {}
    found = _resolved(_SPEC, "figshare", {name: value for name, value in given.items() if name in SETTINGS})
    settings = FigshareSettings(**{name: getattr(found, name) for name in SETTINGS})
    found = _resolved(_DATACITE_SPEC, "datacite", of_datacite)
    settings.datacite = DataciteSettings(**{name: getattr(found, name) for name in DATACITE_SETTINGS})
    _check_datacite(settings.datacite)
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


def _resolved(spec: type[BaseConfiguration], section: str, given: Mapping[str, Any]) -> BaseConfiguration:
    try:
        with _without_others_variables():
            return resolve_configuration(
                spec(),
                sections=("sources", section),
                explicit_value={name: value for name, value in given.items() if value is not None},
            )
    except (ConfigurationException, ValueError) as error:
        raise UsageError(f"The configuration (section sources.{section}) cannot be used: {one_line(error)}") from None


def _check_datacite(settings: DataciteSettings) -> None:
    """Refuses an invalid value of the section `sources.datacite`."""
    for name, setting in DATACITE_SETTINGS.items():
        value = getattr(settings, name)
        if setting.limit and value is not None:
            number = age_of(value, name) / timedelta(days=1) if setting.limit.is_age else value
            if wrong := setting.limit.wrong(number):
                raise UsageError(f"sources.datacite.{name} {wrong}.")
        if isinstance(value, str):
            check_text(value, f"sources.datacite.{name}")
    checked(settings)


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
    declared = SETTINGS | DATACITE_SETTINGS
    names = [f"{prefix}{name}".upper() for name in declared for prefix in ("", "sources__")]
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


def make_datacite_client(settings: FigshareSettings, client: FigshareClient) -> DataciteClient:
    """Returns a client for DataCite that counts its requests with those for Figshare, and stops with them.

    Args:
        settings: the addresses and the pace.
        client: asks Figshare.

    Raises:
        UsageError: as DataciteClient.
    """
    made = DataciteClient(
        **{one.name: getattr(settings.datacite, one.name) for one in fields(DataciteSettings)},
        timeout_seconds=settings.timeout_seconds,
        max_tries=settings.max_tries,
        retry_wait_seconds=settings.retry_wait_seconds,
        user_agent=client.user_agent,
        on_request=client.on_request,
        clock=client.clock,
        budget=client.budget,
    )
    client.companions.append(made)
    return made


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
