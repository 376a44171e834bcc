"""A dlt source for Figshare: articles with their authors, files, tags …, groups, categories, licences and item types.

It works in any dlt pipeline with any destination:

    import dlt
    from figshare_warehouse.sources.figshare import figshare_source

    pipeline = dlt.pipeline("my_pipeline", destination="duckdb", dataset_name="figshare")
    pipeline.run(figshare_source(institution=1234))

`figshare-warehouse refresh` uses the same resources but asks the warehouse which articles are due. This source alone
reads every listed article each time (or those modified since a date).
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import Any

import dlt
import pyarrow as pa
from dlt.common.typing import TSecretStrValue
from dlt.extract import DltResource

from figshare_warehouse.errors import UsageError
from figshare_warehouse.settings import FigshareSettings
from figshare_warehouse.sources.figshare.api_version import Versions, checked_version
from figshare_warehouse.sources.figshare.articles import Batch, Wanted, article_batches
from figshare_warehouse.sources.figshare.client import FigshareClient
from figshare_warehouse.sources.figshare.feeds import Page, listings_of
from figshare_warehouse.sources.figshare.lookups import institution_lists, listed_table, public_lists
from figshare_warehouse.sources.figshare.records.arrow import arrow_schema, article_tables, computed_rows, records_table
from figshare_warehouse.sources.figshare.records.drift import Drift
from figshare_warehouse.sources.figshare.resources import article_resources, hints, table_resource
from figshare_warehouse.tables import ARTICLE_CHECKS, ARTICLE_VERSIONS, LISTED_ARTICLES, Table

__all__ = ["FigshareClient", "figshare_source"]

logger = logging.getLogger("figshare_warehouse")


@dlt.source(name="figshare", section="figshare", max_table_nesting=0)
def figshare_source(
    institution: int | None = None,
    groups: Sequence[int] = (),
    article_ids: Sequence[int] = (),
    searches: Mapping[str, str] | None = None,
    modified_since: str | None = None,
    api_url: str = FigshareSettings.api_url,
    token: TSecretStrValue | None = None,
    requests_per_second: float = FigshareSettings.requests_per_second,
    timeout_seconds: float = FigshareSettings.timeout_seconds,
    max_tries: int = FigshareSettings.max_tries,
    concurrency: int = FigshareSettings.concurrency,
    api_version: str = FigshareSettings.api_version,
) -> Iterable[DltResource]:
    """Everything public of an institution, or of some of its groups, or some articles by id.

    Each argument can also be set in dlt's configuration, section `sources.figshare`. The tables and their columns are
    those of `figshare_warehouse.tables`; rows are merged on their keys, times are UTC, sizes bytes. A destination that
    cannot merge, such as files, appends: give it an empty place for each run, and leave out the rows in which
    `_deleted` is true (`examples/to_parquet.py` does). Articles that cannot be read are left out with a warning in the
    log; a listing that cannot be read to its end fails the run. Usage statistics are not in it.

    Args:
        institution: Figshare's id of the institution.
        groups: only these groups (a group's subgroups are groups of their own).
        article_ids: these articles, besides or instead of an institution's.
        searches: name → what to search for over all of Figshare, besides or instead of an institution.
        modified_since: only articles modified since this date (`YYYY-MM-DD`, UTC) are listed. The others keep what an
            earlier run loaded, and the `seen_at` that they had in `listed_articles`.
        api_url: base address of the REST API.
        token: an administrator's token; adds the institution's groups by name.
        requests_per_second: pace; 0 for no pacing. Figshare asks for at most 1.
        timeout_seconds: how long to wait for a response.
        max_tries: how often a request is tried.
        concurrency: how many details may be under way at once.
        api_version: `auto` to find out which version of Figshare's API each institution is on, or `v2` or `v3`.

    Returns:
        The resources `articles`, `article_authors`, `article_categories`, `article_tags`, `article_files`,
        `article_funding`, `article_references`, `article_related_materials`, `article_custom_fields`,
        `article_author_affiliations`, `article_versions`, `article_checks`, `listed_articles`, `categories`,
        `licenses`, `item_types`, and with a token `institutions`, `groups`, `fields` and `item_type_fields`.

    Raises:
        UsageError: nothing to load is given, an id is not valid, or Figshare would refuse a search.
        dlt.pipeline.exceptions.PipelineStepFailed: raised by `pipeline.run`, caused by RequestError
            (`sources.http.errors`) when a list cannot be read, or RefusedError (`errors`) when Figshare refuses the
            token or every request.
    """
    if searches is not None and not isinstance(searches, Mapping):
        raise UsageError(f"searches takes names with what to search for, such as {{'mine': 'soil'}}, not {searches!r}.")
    article_ids = _ids("article_ids", article_ids)
    one = _ids("institution", [] if institution is None else [institution])
    listings = listings_of(one[0] if one else None, _ids("groups", groups), searches)
    if not listings and not article_ids:
        raise UsageError("Say what to load: an institution, groups, searches or article_ids.")
    client = FigshareClient(
        api_url=api_url,
        token=token,
        requests_per_second=requests_per_second,
        timeout_seconds=timeout_seconds,
        max_tries=max_tries,
        concurrency=concurrency,
    )
    drift = Drift()
    versions = Versions(client, checked_version(api_version))
    extra: dict[str, str | int] = {"modified_since": _day(modified_since)} if modified_since else {}

    seen: set[int] = set()

    # One resource reads the pages and feeds both the listing and the details, so that each page is requested once.
    @dlt.resource(name="listing_pages", selected=False)
    def pages() -> Iterator[dict[str, Any]]:
        for listing in listings:
            for page in listing.pages(client, versions, **extra):
                yield {"listing": listing.name, "page": page}
        yield {"listing": None, "page": Page("v2", [{"id": article_id} for article_id in article_ids])}

    def details(listed: dict[str, Any]) -> Iterator[Any]:
        page: Page = listed["page"]
        ids = [record["id"] for record in page.records if isinstance(record.get("id"), int)]
        new = [article_id for article_id in dict.fromkeys(ids) if article_id not in seen]
        seen.update(new)
        wanted = (Wanted(article_id, api_version=page.api_version) for article_id in new)
        for batch in article_batches(client, wanted, versions):
            for failure in batch.failures:
                logger.warning("Article %s was left out: %s", failure.article_id, failure.error)
            for detail in batch.details:
                for failure in detail.failures:
                    logger.warning("A list of article %s was left out: %s", failure.article_id, failure.error)
            yield batch_tables(batch, drift)
        if client.stop_reason is not None:
            raise client.stop_reason

    def listed(page: dict[str, Any]) -> Iterator[pa.Table]:
        if page["listing"] is None:
            yield arrow_schema(LISTED_ARTICLES).empty_table()
        else:
            yield listed_table(page["listing"], page["page"], drift, "", client.clock())

    yield pages
    article_details = pages | dlt.transformer(details, name="article_details", selected=False)
    yield article_details
    yield from article_resources(article_details)
    yield pages | dlt.transformer(listed, **hints(LISTED_ARTICLES))
    for table, read in public_lists(client, drift, versions).items():
        yield table_resource(table, read())
    if client.has_token:
        for table, read in institution_lists(client, drift, versions).items():
            yield table_resource(table, read())


def _ids(name: str, values: Any) -> list[int]:
    """The ids as numbers, also where they were given as text; refuses invalid ones."""
    if isinstance(values, str) or not isinstance(values, Iterable):
        raise UsageError(f"{name} takes a list of Figshare's ids, not {values!r}.")
    ids = []
    for value in values:
        is_one = type(value) is int or (isinstance(value, str) and value.isdecimal())
        if not is_one or int(value) < 1:
            raise UsageError(f"{name} takes Figshare's ids, whole numbers from 1, not {value!r}.")
        ids.append(int(value))
    return ids


def _day(text: str) -> str:
    try:
        return date.fromisoformat(text).isoformat()
    except ValueError:
        raise UsageError(f"modified_since takes a date as YYYY-MM-DD, not {text!r}.") from None


def batch_tables(batch: Batch, drift: Drift) -> dict[Table, pa.Table]:
    """Returns a batch of articles as Arrow tables."""
    records = [detail.record for detail in batch.details]
    kept = {one.wanted.article_id: one.kept_files for one in batch.details if one.kept_files is not None}
    tables = article_tables(records, [detail.fetched_at for detail in batch.details], drift, kept)
    checks = [(detail.wanted, detail.etag, detail.api_version, detail.fetched_at) for detail in batch.details]
    checks += [(same.wanted, same.wanted.etag, same.api_version, same.checked_at) for same in batch.unchanged]
    tables[ARTICLE_CHECKS] = computed_rows(
        ARTICLE_CHECKS,
        [
            {
                "article_id": wanted.article_id,
                "etag": etag,
                "api_version": api_version,
                "listed_date": wanted.listed_date,
                "listed_group_id": wanted.listed_group_id,
                "checked_at": checked_at,
            }
            for wanted, etag, api_version, checked_at in checks
        ],
    )
    versions = [
        {"article_id": detail.wanted.article_id, **version}
        for detail in batch.details
        for version in detail.versions or ()
    ]
    tables[ARTICLE_VERSIONS] = records_table(ARTICLE_VERSIONS, versions, drift)
    return tables
