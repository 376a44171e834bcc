"""Requests, answers and errors, apart from any HTTP library."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import orjson

Json = dict[str, Any]

NOT_FOUND_PAGE = b"""<html>
 <head>
  <title>404 Not Found</title>
 </head>
 <body>
  <h1>404 Not Found</h1>
  The resource could not be found.<br/><br/>
predicate mismatch for view InstitutionView (request_method = GET,HEAD)


 </body>
</html>"""
BAD_GATEWAY_PAGE = b"<html><head><title>502 Bad Gateway</title></head><body><h1>502 Bad Gateway</h1></body></html>"


@dataclass(slots=True)
class Request:
    """What was asked. `path` has no prefix once it is routed; `query` keeps the last value of a repeated name."""

    method: str
    path: str
    query: dict[str, str]
    headers: Mapping[str, str]
    body: bytes = b""


@dataclass(slots=True)
class Response:
    """What is answered."""

    status: int = 200
    body: bytes = b""
    headers: dict[str, str] = field(default_factory=dict)
    content_type: str = "application/json; charset=UTF-8"


class ApiError(Exception):
    """An error response in Figshare's form, `{"message", "code", "data"}`."""

    def __init__(self, status: int, message: str, code: str, data: Any = None) -> None:
        super().__init__(message)
        self.status, self.message, self.code, self.data = status, message, code, data

    def response(self) -> Response:
        """The response; `data` is missing where there is none."""
        body: Json = {"message": self.message, "code": self.code}
        if self.data is not None:
            body["data"] = self.data
        return Response(self.status, orjson.dumps(body))


def json_response(content: Any, headers: dict[str, str] | None = None) -> Response:
    """A response in JSON."""
    return Response(200, orjson.dumps(content), headers or {})


def unprocessable(message: str, parameter: str | None = None) -> ApiError:
    """422: well-formed, but with a bad value."""
    return ApiError(422, message, "UnprocessableEntity", {"parameter": parameter} if parameter else None)


def not_found(what: str) -> ApiError:
    """404 for something that is not there, or that one may not see."""
    return ApiError(404, f"Entity not found: {what}", "EntityNotFound")


def no_such_page() -> Response:
    """404 for an address that does not exist: an HTML page, as real ones are."""
    return Response(404, NOT_FOUND_PAGE, content_type="text/html; charset=UTF-8")
