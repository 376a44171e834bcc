"""A dlt source for DataCite: the DOIs below a prefix, and the works that cite them.

It works in any dlt pipeline with any destination:

    import dlt
    from figshare_warehouse.sources.datacite import datacite_source

    pipeline = dlt.pipeline("citations", destination="duckdb", dataset_name="datacite")
    pipeline.run(datacite_source(prefix="10.17028"))

`figshare-warehouse refresh` uses the same readers but asks only for what changed.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import Any

import dlt
import pyarrow as pa
from dlt.extract import DltResource

from figshare_warehouse.datacite_settings import DataciteSettings
from figshare_warehouse.errors import UsageError
from figshare_warehouse.sources.datacite.client import DataciteClient
from figshare_warehouse.sources.datacite.dois import doi_pages, dois_table, in_requests, prefix_of
from figshare_warehouse.sources.datacite.events import Cited, read_citations
from figshare_warehouse.sources.figshare.records.arrow import computed_rows
from figshare_warehouse.sources.figshare.records.drift import Drift
from figshare_warehouse.sources.figshare.resources import hints
from figshare_warehouse.tables import CITATIONS, DOIS

__all__ = ["DataciteClient", "datacite_source"]


@dlt.source(name="datacite", section="datacite", max_table_nesting=0)
def datacite_source(
    prefix: str | Sequence[str],
    client: DataciteClient | None = None,
    api_url: str | None = None,
    mailto: str | None = None,
    requests_per_second: float = DataciteSettings.requests_per_second,
) -> Iterable[DltResource]:
    """The findable DOIs below one prefix or several, and who cites those of them that are cited.

    The tables and their columns are those of `figshare_warehouse.tables`, schema `datacite`; rows are merged on their
    keys, times are UTC. DOIs that are gone stay as they were last.

    Args:
        prefix: such as `10.17028`; DOIs of other registration agencies are not at DataCite.
        client: asks DataCite; one is made of the next arguments where it is not given.
        api_url: base address; DataCite's own by default.
        mailto: an e-mail address that DataCite is given, for which it allows more requests.
        requests_per_second: pace; 0 for no pacing.

    Returns:
        The resources `dois` and `citations`.

    Raises:
        UsageError: a prefix is none, or the address or the e-mail address cannot be used.
        dlt.pipeline.exceptions.PipelineStepFailed: raised by `pipeline.run`, caused by RequestError
            (`sources.http.errors`) when a page cannot be read.
    """
    prefixes = [prefix] if isinstance(prefix, str) else list(prefix)
    for one in prefixes:
        if not one.startswith("10.") or "/" in one or "," in one:
            raise UsageError(f"prefix takes the prefix of DOIs, such as 10.17028, not '{one}'.")
    asked = client or DataciteClient(api_url=api_url, mailto=mailto, requests_per_second=requests_per_second)
    drift = Drift()

    @dlt.resource(name="doi_pages", selected=False)
    def read() -> Iterator[pa.Table]:
        for page in doi_pages(asked, prefixes):
            yield dois_table(page.records, drift, "", asked.clock())

    def dois(page: pa.Table) -> Iterator[pa.Table]:
        yield page

    def citations(page: pa.Table) -> Iterator[pa.Table]:
        cited = [row["doi"] for row in page.select(["doi", "citation_count"]).to_pylist() if row["citation_count"]]
        for part in in_requests(cited):
            yield citation_rows(read_citations(asked, part), asked.clock())

    yield read
    yield read | dlt.transformer(dois, **hints(DOIS))
    yield read | dlt.transformer(citations, **hints(CITATIONS))


def citation_rows(found: Iterable[Cited], seen_at: datetime, refresh_id: str = "") -> pa.Table:
    """Returns citations as rows of the table `citations`, as if never seen before."""
    rows: list[dict[str, Any]] = [
        {
            "cited_doi": one.cited_doi,
            "prefix": prefix_of(one.cited_doi),
            "citing_doi": one.citing_doi,
            "relation": one.relation,
            "source": one.source,
            "occurred_at": one.occurred_at,
            "first_seen_at": seen_at,
            "last_seen_at": seen_at,
            "refresh_id": refresh_id,
        }
        for one in found
    ]
    return computed_rows(CITATIONS, rows)
