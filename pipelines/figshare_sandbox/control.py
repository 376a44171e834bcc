"""Control of a running sandbox: switches an institution to version 3 of the API."""

from __future__ import annotations

from http.client import HTTPConnection
from typing import TYPE_CHECKING

import orjson

from figshare_sandbox.api.messages import Request, Response, json_response, unprocessable

if TYPE_CHECKING:
    from figshare_sandbox.world.world import World

SWITCH_PATH = "/sandbox/switch"


def switch_running(port: int, after: str = "empty", institution: int | None = None) -> None:
    """Switch an institution of the sandbox on this port; as `World.switch`.

    Raises:
        OSError: no sandbox listens there.
        ValueError: it refuses, and says why.
    """
    connection = HTTPConnection("127.0.0.1", port, timeout=30)
    try:
        connection.request("POST", SWITCH_PATH, orjson.dumps({"after": after, "institution": institution}))
        answer = connection.getresponse()
        body = answer.read()
    finally:
        connection.close()
    if answer.status != 200:
        raise ValueError(orjson.loads(body)["message"] if body.startswith(b"{") else f"answered {answer.status}")


def switched(world: World, asked: Request) -> Response:
    """The answer to a request that an institution be switched."""
    try:
        given = orjson.loads(asked.body or b"{}")
        world.switch(given.get("institution"), given.get("after", "empty"))
    except (ValueError, AttributeError, TypeError) as error:
        return unprocessable(str(error)).response()
    return json_response({"switched": {str(number): how for number, how in world.switched.items()}})
