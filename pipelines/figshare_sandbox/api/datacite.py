"""DataCite's REST API and the handle service, for the DOIs of the world.

As the server's own source code has it (datacite/lupo, August 2026): pages by cursor, a total of what matches, facets
left out, findable DOIs only.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, TypeVar
from urllib.parse import unquote, urlencode

import orjson

from figshare_sandbox.api.messages import Json, Request, Response, json_response
from figshare_sandbox.world.registry import FROM_CITED

if TYPE_CHECKING:
    from figshare_sandbox.world.registry import Citation, Registered
    from figshare_sandbox.world.world import World

Record = TypeVar("Record")

LARGEST_PAGE = 1000
_UPDATED = re.compile(r"updated:\[(\S+) TO (\S+)\]")
_KEPT = ("query", "prefix", "client-id", "doi", "relation-type-id", "source-id", "fields[dois]", "page[size]")


class DataCite:
    """Answers requests below `/datacite`. Callers hold the world's lock.

    Args:
        world: The world.
    """

    def __init__(self, world: World) -> None:
        self._world = world

    def answer(self, request: Request) -> Response:
        """The response to a request; its path is without the prefix."""
        if request.method not in ("GET", "HEAD"):
            return _error(405, "Method not allowed")
        if request.path == "/dois":
            return self._dois(request)
        if request.path == "/events":
            return self._events(request)
        if request.path.startswith("/dois/"):
            return self._doi(unquote(request.path.removeprefix("/dois/")))
        if request.path.startswith("/handles/"):
            return self._handle(unquote(request.path.removeprefix("/handles/")))
        return _error(404, "The resource you are looking for doesn't exist.")

    def _dois(self, request: Request) -> Response:
        found: Iterable[Registered] = self._world.registry.findable()
        query = request.query
        if "ids" in query:
            ids = {one.strip().lower() for one in query["ids"].split(",")}
            found = [one for one in found if one.doi in ids]
        else:
            if "prefix" in query:
                prefixes = set(query["prefix"].split(","))
                found = [one for one in found if one.doi.partition("/")[0] in prefixes]
            if "client-id" in query:
                clients = set(query["client-id"].lower().split(","))
                found = [one for one in found if one.client in clients]
            if "query" in query:
                if not (limits := _UPDATED.fullmatch(query["query"])):
                    return _bad(f'parse_exception: Encountered "{query["query"]}" at line 1, column 0.')
                first, last = (None if limit == "*" else _moment(limit) for limit in limits.groups())
                found = [
                    one for one in found if (not first or one.updated >= first) and (not last or one.updated <= last)
                ]
        page, meta, links = _page(request, list(found), lambda one: (one.created, one.doi.upper()))
        fields = query["fields[dois]"].split(",") if "fields[dois]" in query else None
        return json_response({"data": [self._record(one, fields) for one in page], "meta": meta, "links": links})

    def _doi(self, doi: str) -> Response:
        one = self._world.registry.records().get(doi.lower())
        if one is None or one.state != "findable":
            return _error(404, "The resource you are looking for doesn't exist.")
        return json_response({"data": self._record(one, None)})

    def _record(self, one: Registered, fields: Sequence[str] | None) -> Json:
        attributes: Json = {
            "doi": one.doi,
            "titles": [{"title": one.title}],
            "relatedIdentifiers": [
                {
                    "relationType": "IsIdenticalTo",
                    "relatedIdentifier": one.identical_to,
                    "relatedIdentifierType": "DOI",
                }
            ]
            if one.identical_to
            else [],
            "version": None,
            "url": one.url,
            "state": one.state,
            "viewCount": one.views,
            "downloadCount": 0,
            "referenceCount": 0,
            "citationCount": len(self._world.registry.citing(one.doi)),
            "created": f"{one.created:%Y-%m-%dT%H:%M:%SZ}",
            "registered": f"{one.created:%Y-%m-%dT%H:%M:%SZ}",
            "updated": f"{one.updated:%Y-%m-%dT%H:%M:%SZ}",
        }
        relationships: Json = {"client": {"data": {"id": one.client, "type": "clients"}}}
        if fields is not None:
            attributes = {name: value for name, value in attributes.items() if name in fields}
            relationships = {name: value for name, value in relationships.items() if name in fields}
        return {"id": one.doi, "type": "dois", "attributes": attributes, "relationships": relationships}

    def _events(self, request: Request) -> Response:
        registry, query = self._world.registry, request.query
        records = registry.records()
        asked = {one.lower() for one in query["doi"].split(",")} if "doi" in query else None
        prefixes = set(query["prefix"].split(",")) if "prefix" in query else None
        events = []
        for doi in records if asked is None else sorted(records.keys() & asked):
            if prefixes is None or doi.partition("/")[0] in prefixes:
                events += registry.citations(doi)
        shown = [_event(one) for one in events]
        if "target-relation-type-id" not in query:
            pairs = [(one, records[one].identical_to) for one in sorted(asked or records) if one in records]
            shown += [_identical(doi, bare, records[doi].created) for doi, bare in pairs if bare]
        elif query["target-relation-type-id"] != "citations":
            shown = []
        if "relation-type-id" in query:
            relations = set(query["relation-type-id"].split(","))
            shown = [one for one in shown if one["attributes"]["relation-type-id"] in relations]
        page, meta, links = _page(request, shown, lambda one: (_moment(one["attributes"]["timestamp"]), one["id"]))
        meta["total-pages"] = meta.pop("totalPages")
        return json_response({"data": page, "meta": meta, "links": links})

    def _handle(self, doi: str) -> Response:
        one = self._world.registry.records().get(doi.lower())
        if one is None:
            return Response(404, orjson.dumps({"responseCode": 100, "handle": doi}))
        values = [{"index": 1, "type": "URL", "data": {"format": "string", "value": one.url}}]
        return json_response({"responseCode": 1, "handle": doi, "values": values})


def _page(
    request: Request, found: list[Record], place: Callable[[Record], tuple[datetime, str]]
) -> tuple[list[Record], Json, Json]:
    """One page of what was found, in the order of its places, with how many there are."""
    query = request.query
    size = min(int(query.get("page[size]", 25)), LARGEST_PAGE)
    ordered = sorted(found, key=place)
    total = len(ordered)
    if "page[cursor]" in query:
        after = _decoded(query["page[cursor]"])
        rest = [one for one in ordered if after is None or (_stamp(place(one)[0]), place(one)[1]) > after]
    else:
        number = min(max(int(query.get("page[number]", 1)), 1), 10_000 // size if size else 1)
        rest = ordered[(number - 1) * size :]
    page = rest[:size]
    meta: Json = {"total": total, "totalPages": -(-total // size) if size else 0}
    links: Json = {"self": f"https://api.datacite.example{request.path}?{urlencode(query)}"}
    if size and len(page) == size:
        moment, name = place(page[-1])
        cursor = base64.urlsafe_b64encode(f"{_stamp(moment)},{name}".encode()).decode().rstrip("=")
        kept = {name: query[name] for name in _KEPT if name in query}
        links["next"] = f"https://api.datacite.example{request.path}?{urlencode({**kept, 'page[cursor]': cursor})}"
    return page, meta, links


def _decoded(cursor: str) -> tuple[int, str] | None:
    """What a cursor says; None for the beginning, as for one that cannot be read."""
    try:
        moment, _, name = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)).decode().partition(",")
        return int(moment), name
    except ValueError:
        return None


def _stamp(moment: datetime) -> int:
    return round(moment.replace(tzinfo=UTC).timestamp() * 1000)


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text.removesuffix("Z").removesuffix(".000"))


def _event(one: Citation) -> Json:
    first, last = (one.cited, one.citing) if one.relation in FROM_CITED else (one.citing, one.cited)
    return _shown(first, last, one.relation, one.source, one.at)


def _identical(doi: str, bare: str, at: datetime) -> Json:
    return _shown(doi, bare, "is-identical-to", "datacite-related", at)


def _shown(subject: str, object_: str, relation: str, source: str, at: datetime) -> Json:
    ids = {"subj-id": f"https://doi.org/{subject}", "obj-id": f"https://doi.org/{object_}"}
    stamp = f"{at:%Y-%m-%dT%H:%M:%S.000Z}"
    return {
        "id": f"{relation}/{source}/{subject}/{object_}/{_stamp(at)}",
        "type": "events",
        "attributes": {
            **ids,
            "source-id": source,
            "relation-type-id": relation,
            "total": 1,
            "message-action": "create",
            "source-token": "29a9a478-518f-4cbd-a133-a0dcef63d547",
            "license": "https://creativecommons.org/publicdomain/zero/1.0/",
            "occurred-at": stamp,
            "timestamp": stamp,
        },
        "relationships": {name[:-3]: {"data": {"id": value, "type": "objects"}} for name, value in ids.items()},
    }


def _error(status: int, title: str) -> Response:
    return Response(status, orjson.dumps({"errors": [{"status": str(status), "title": title}]}))


def _bad(title: str) -> Response:
    return Response(400, orjson.dumps({"errors": {"title": title}}))
