"""Article details with all their files: read by several threads, and yielded in order and in batches."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, TypeVar

import msgspec

from figshare_warehouse.errors import RefusedError
from figshare_warehouse.sources.figshare.api_version import (
    ARTICLES_PATH,
    MISSING,
    SERVICES,
    ApiVersion,
    NotSwitchedError,
    Versions,
)
from figshare_warehouse.sources.figshare.client import FigshareClient
from figshare_warehouse.sources.figshare.facts import FILES_SHOWN
from figshare_warehouse.sources.figshare.paging import LongListError, offset_pages
from figshare_warehouse.sources.figshare.read_ahead import read_ahead
from figshare_warehouse.sources.figshare.records.itemtype import as_v2, flat, has_fields
from figshare_warehouse.sources.figshare.records.shapes import Record, field_of, shape_of
from figshare_warehouse.sources.http.errors import NotFoundError, RequestError, StoppedError, unusable
from figshare_warehouse.sources.http.responses import Answer
from figshare_warehouse.sources.http.retries import Service
from figshare_warehouse.tables import ARTICLES

BATCH_SIZE = 1000

Found = TypeVar("Found")


@dataclass(frozen=True, slots=True)
class Wanted:
    """An article to read, and what the warehouse has of it.

    Attributes:
        article_id: Figshare's id of the article.
        known_version: the latest version whose list of versions is loaded; that list is not requested again.
        version: the loaded version, None for none; its files do not change.
        file_count: number of loaded files of that version; None when not known.
        size: total size of that version's files in bytes.
        etag: version tag of the loaded detail; an unchanged detail is not sent again.
        listed_date: the latest date in the listings (UTC, naive).
        listed_group_id: the group in the listings.
        api_version: the version of the API that listed it; None when not known.
    """

    article_id: int
    known_version: int | None = None
    version: int | None = None
    file_count: int | None = None
    size: int | None = None
    etag: str | None = None
    listed_date: datetime | None = None
    listed_group_id: int | None = None
    api_version: ApiVersion | None = None


@dataclass(frozen=True, slots=True)
class Detail:
    """An article's detail with all its files.

    Attributes:
        wanted: the request.
        record: Figshare's record as v2 has it, in the shape of `articles` where all of it fits; without files when they
            failed.
        fetched_at: when it was read (UTC, naive).
        versions: the article's public versions; None when already known or failed.
        etag: its version tag, if it has one and all of it was read.
        failures: the lists of files or versions that could not be read.
        kept_files: number of loaded files that are still valid, where the list of files failed; None for none.
        api_version: the version of the API that gave it.
    """

    wanted: Wanted
    record: Record
    fetched_at: datetime
    versions: list[dict[str, Any]] | None = None
    etag: str | None = None
    failures: tuple[Failure, ...] = ()
    kept_files: int | None = None
    api_version: ApiVersion = "v2"


@dataclass(frozen=True, slots=True)
class Unchanged:
    """An article whose detail has not changed, and when Figshare said so (UTC, naive)."""

    wanted: Wanted
    checked_at: datetime
    api_version: ApiVersion = "v2"


@dataclass(frozen=True, slots=True)
class Failure:
    """An article, or one of its lists, that could not be read; why, and when it failed (UTC, naive)."""

    article_id: int
    error: RequestError
    failed_at: datetime

    @property
    def is_gone(self) -> bool:
        """Whether Figshare says that there is no such article, the only failure that says something about it."""
        return isinstance(self.error, NotFoundError)


@dataclass(slots=True)
class Batch:
    """Articles that were read together, each list in the order of the requests.

    Attributes:
        details: the details that were read.
        unchanged: articles whose detail has not changed.
        failures: what could not be read.
        is_late: it was yielded because its time was over.
    """

    details: list[Detail] = field(default_factory=list)
    unchanged: list[Unchanged] = field(default_factory=list)
    failures: list[Failure] = field(default_factory=list)
    is_late: bool = False

    def __len__(self) -> int:
        return len(self.details) + len(self.unchanged) + len(self.failures)


def read_article(client: FigshareClient, wanted: Wanted, versions: Versions | None = None) -> Detail | Unchanged:
    """Reads one article: its detail, its files where the detail may not list all, its versions where unknown.

    What the version of the API that listed it does not have is asked of the other one, too: an institution can be
    switched at any moment, and none of its articles is withdrawn by that. A list of files or versions that fails is
    in `failures`; the rest is kept.

    Raises:
        NotFoundError: there is no such public article.
        RequestError: its detail cannot be read.
    """
    these = versions or Versions(client, "v2")
    return _from_either(these, wanted.api_version, lambda version: _read(client, wanted, these, version))


def detail_of(client: FigshareClient, article_id: int, versions: Versions, listed: ApiVersion) -> Record:
    """Returns an article's detail, without a look at its files and versions; errors as `read_article`."""

    def ask(version: ApiVersion) -> Record:
        record: Record = _detail(client, article_id, versions, version).data
        return record

    return _from_either(versions, listed, ask)


def _from_either(versions: Versions, listed: ApiVersion | None, ask: Callable[[ApiVersion], Found]) -> Found:
    """What the first version of the API has that has it."""
    missing: RequestError | None = None
    for version in versions.order(listed):
        try:
            found = ask(version)
        except RequestError as error:
            if error.status not in MISSING:
                raise
            # What the first one says counts, unless it only says that the article is the other one's.
            missing = error if missing is None or isinstance(missing, NotSwitchedError) else missing
            if version == listed == "v3" and isinstance(error, NotFoundError):
                # v3 says it in other words where an article is v2's.
                break
        else:
            if missing is not None and version == "v3":
                versions.moved()
            return found
    assert missing is not None
    raise missing


def _detail(
    client: FigshareClient, article_id: int, versions: Versions, version: ApiVersion, etag: str | None = None
) -> Answer:
    """The answer with an article's detail in v2's shape."""
    path, service = f"{ARTICLES_PATH[version]}/{article_id}", SERVICES[version]
    decoder = shape_of(ARTICLES).decoder if version == "v2" else None
    answer = client.get("article", path, etag=etag, service=service, decoder=decoder)
    if answer.is_unchanged and etag:
        return answer
    if field_of(answer.data, "id") != article_id:
        raise unusable(client.base_url(service), path, "answered with something that is not this article")
    record = flat(answer.data, versions.catalogue) if has_fields(answer.data) else answer.data
    if field_of(record, "title") is None:
        # Every article has one: a row of NULLs would take the place of what is known of it.
        raise unusable(client.base_url(service), path, "answered without the article's title and metadata")
    return replace(answer, data=record)


def _read(client: FigshareClient, wanted: Wanted, versions: Versions, version: ApiVersion) -> Detail | Unchanged:
    article_id = wanted.article_id
    path, service = f"{ARTICLES_PATH[version]}/{article_id}", SERVICES[version]
    fetched_at = client.clock()
    # A tag is of the version of the API that gave it.
    known_etag = wanted.etag if version == (wanted.api_version or "v2") else None
    answer = _detail(client, article_id, versions, version, known_etag)
    if answer.is_unchanged and known_etag:
        return Unchanged(wanted, fetched_at, version)
    record = answer.data
    failures: list[Failure] = []
    kept_files = None
    files = field_of(record, "files")
    if isinstance(files, list) and len(files) >= FILES_SHOWN:
        record = record if isinstance(record, dict) else msgspec.to_builtins(record)
        try:
            record["files"] = _all_files(client, service, f"{path}/files", record)
        except RequestError as error:
            failures.append(Failure(article_id, error, client.clock()))
            # The first ten are not all.
            record["files"] = None
            held = (wanted.version, wanted.size)
            if None not in held and held == (record.get("version"), record.get("size")):
                kept_files = wanted.file_count
    if isinstance(record, dict):
        _say_linked_files(record)
    listed_versions = None
    try:
        listed_versions = _versions(client, service, path, record, wanted.known_version)
    except RequestError as error:
        failures.append(Failure(article_id, error, client.clock()))
    # Without the tag the next refresh reads the detail again, and what failed with it.
    etag = None if failures else answer.etag
    return Detail(wanted, record, fetched_at, listed_versions, etag, tuple(failures), kept_files, version)


def _say_linked_files(record: dict[str, Any]) -> None:
    """Says whether a file is linked only, which v2 says with the article, and v3 with each file."""
    files = record.get("files")
    if record.get("fields") is not None and record.get("has_linked_file") is None and isinstance(files, list):
        record["has_linked_file"] = any(isinstance(file, dict) and file.get("is_link_only") for file in files)


def _all_files(client: FigshareClient, service: Service, path: str, record: dict[str, Any]) -> list[dict[str, Any]]:
    """All files of an article; a response that lacks those that the detail shows is not believed."""
    files: list[dict[str, Any]] = []
    try:
        for file in _once(offset_pages(client, "files", path, service)):
            files.append(file)
    except LongListError:
        sizes: list[Any] = [file.get("size") for file in files]
        # As many as can be listed: complete when their sizes add up to the article's.
        if not all(type(size) is int for size in sizes) or not sum(sizes) or sum(sizes) != record.get("size"):
            raise
    known = {str(file.get("id")) for file in files}
    if any(isinstance(file, dict) and file.get("id") and str(file["id"]) not in known for file in record["files"]):
        raise unusable(client.base_url(service), path, "answered without files that the article shows")
    return files


def _versions(
    client: FigshareClient, service: Service, path: str, record: Record, known_version: int | None
) -> list[dict[str, Any]] | None:
    version, base_url = field_of(record, "version"), client.base_url(service)
    if version == 1:
        return [{"version": 1, "url": f"{field_of(record, 'url') or as_v2(base_url + path)}/versions/1"}]
    if version is not None and version == known_version:
        return None
    versions = client.get("versions", f"{path}/versions", service=service).data
    if not isinstance(versions, list) or not versions or not all(isinstance(entry, dict) for entry in versions):
        raise unusable(base_url, f"{path}/versions", "answered with something that is not a list of versions")
    return [{**entry, "url": as_v2(entry["url"])} if "url" in entry else entry for entry in versions]


def article_batches(
    client: FigshareClient,
    wanted: Iterable[Wanted],
    versions: Versions | None = None,
    batch_size: int = BATCH_SIZE,
    batch_seconds: float | None = None,
) -> Iterator[Batch]:
    """Reads articles and yields them in batches, in the order given.

    Requests that fail for good are in the batch as failures. When the client is stopped, the last batch holds what was
    read by then; `client.stop_reason` says why.

    Args:
        client: asks Figshare.
        wanted: the articles to read.
        versions: which version of the API to ask; None for v2.
        batch_size: articles in a batch at most.
        batch_seconds: after so many seconds a batch is yielded even if it is not full.
    """
    batch, deadline = Batch(), _deadline(batch_seconds)

    def read(asked: FigshareClient, one: Wanted) -> Detail | Unchanged:
        return read_article(asked, one, versions)

    for one, reading in read_ahead(client, read, wanted):
        try:
            result = reading.result()
            if isinstance(result, Detail):
                batch.details.append(result)
            else:
                batch.unchanged.append(result)
        except RequestError as error:
            batch.failures.append(Failure(one.article_id, error, client.clock()))
        except (StoppedError, RefusedError):
            pass
        batch.is_late = len(batch) > 0 and time.monotonic() >= deadline
        if len(batch) >= batch_size or batch.is_late:
            deadline = _deadline(batch_seconds) if batch.is_late else deadline
            yield batch
            batch = Batch()
    if len(batch):
        yield batch


def _once(pages: Iterable[list[dict[str, Any]]]) -> Iterator[dict[str, Any]]:
    """Each file once: one can repeat when the list moves between pages. Files without an id are all different."""
    seen: set[str] = set()
    for page in pages:
        for record in page:
            # As text: a response may hold anything here.
            id_ = str(record.get("id") or "")
            if not id_ or id_ not in seen:
                seen.add(id_)
                yield record


def _deadline(seconds: float | None) -> float:
    return float("inf") if seconds is None else time.monotonic() + seconds
