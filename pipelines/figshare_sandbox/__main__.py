"""`python -m figshare_sandbox`: the sandbox as a process; prints one line of JSON when it is ready."""

from __future__ import annotations

import argparse
from datetime import date

import orjson

from figshare_sandbox.server import Sandbox, serve_forever


def main(arguments: list[str] | None = None) -> None:
    """Read the arguments and serve until Ctrl-C."""
    parser = argparse.ArgumentParser(prog="python -m figshare_sandbox", description="A local Figshare on 127.0.0.1.")
    parser.add_argument("--port", type=int, default=0, help="port to listen on (default: a free one)")
    parser.add_argument("--items", type=int, default=300, help="public articles of the institution (default: 300)")
    parser.add_argument("--seed", type=int, default=1, help="what the world is drawn from (default: 1)")
    parser.add_argument("--today", type=date.fromisoformat, help="last day of usage (default: the current day, UTC)")
    parser.add_argument("--records", help="ndjson(.gz) file of article details to serve instead")
    options = parser.parse_args(arguments)
    sandbox = Sandbox(options.items, options.seed, options.today, records=options.records, port=options.port)
    serve_forever(sandbox, lambda ready: print(orjson.dumps(ready.description()).decode(), flush=True))


if __name__ == "__main__":
    main()
