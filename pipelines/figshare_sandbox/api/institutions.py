"""What tells whose an article or a portal is: the record of one article in OAI-PMH, and the list of portals."""

from __future__ import annotations

import re
from html import escape
from typing import TYPE_CHECKING

from figshare_sandbox.api.messages import Request, Response, json_response
from figshare_sandbox.api.paging import read_integer
from figshare_sandbox.world.model import Item
from figshare_sandbox.world.vocabulary import OTHER_INSTITUTION_ID, OTHER_PORTAL

if TYPE_CHECKING:
    from figshare_sandbox.world.world import World

_PAGE = 10
_IDENTIFIER = re.compile(r"oai:figshare\.com:article/(\d{1,15})", re.ASCII)


class InstitutionRoutes:
    """Answers `/oai` (GetRecord in oai_dc only) and `/altmetric/institutions`."""

    def __init__(self, world: World) -> None:
        self._world = world

    def oai(self, request: Request) -> Response:
        """The record of one article; its sets are as documented, `portal_N` being its institution."""
        query = request.query
        if (query.get("verb"), query.get("metadataPrefix")) != ("GetRecord", "oai_dc"):
            return _oai('<error code="badVerb">Only GetRecord in oai_dc is here</error>')
        found = _IDENTIFIER.fullmatch(query.get("identifier", ""))
        item = self._world.items.get(int(found[1])) if found else None
        if item is None or item.state != "public":
            return _oai('<error code="idDoesNotExist">No matching identifier</error>')
        return _oai(f"<GetRecord><record>{self._header(item)}{_metadata(item)}</record></GetRecord>")

    def portals(self, request: Request) -> Response:
        """The institutions with their domains, ten at a time."""
        start = read_integer(request.query, "offset", 0) or 0
        world = self._world
        own = (world.institution_id, world.institution_name, f"data.{world.portal}.example")
        others = [(n, f"Institution {n}", None) for n in range(1, 15)]
        other = (OTHER_INSTITUTION_ID, "Southmoor College", f"{OTHER_PORTAL}.figshare.com")
        listed = [{"id": n, "name": name, "custom_domain": domain} for n, name, domain in (*others, own, other)]
        return json_response(listed[start : start + _PAGE])

    def _header(self, item: Item) -> str:
        sets = [f"category_{one['id']}" for one in item.detail.get("categories") or ()]
        sets += [f"portal_{item.institution}"] if item.institution else []
        sets += [f"item_type_{item.detail.get('defined_type')}"]
        specs = "".join(f"<setSpec>{one}</setSpec>" for one in sets)
        date = escape(str(item.detail.get("published_date") or ""))
        return (
            f"<header><identifier>oai:figshare.com:article/{item.id}</identifier><datestamp>{date}</datestamp>"
            f"{specs}</header>"
        )


def _metadata(item: Item) -> str:
    detail = item.detail
    return (
        '<metadata><oai_dc:dc xmlns:oai_dc="http://www.openarchives.org/OAI/2.0/oai_dc/" '
        f'xmlns:dc="http://purl.org/dc/terms/"><dc:title>{escape(str(detail.get("title")))}</dc:title>'
        f"<dc:identifier>{escape(str(detail.get('doi') or ''))}</dc:identifier></oai_dc:dc></metadata>"
    )


def _oai(body: str) -> Response:
    text = f'<?xml version="1.0" encoding="utf-8"?>\n<OAI-PMH xmlns="http://www.openarchives.org/OAI/2.0/">{body}</OAI-PMH>'
    return Response(200, text.encode(), content_type="text/xml; charset=utf-8")
