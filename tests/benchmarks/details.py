"""Details of synthetic articles in a file, one a line: what the sandbox would serve, without asking it."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import orjson

from figshare_sandbox import World

MADE_AT_ONCE = 20_000
APART = 100_000_000


def write_details(path: Path, articles: int) -> None:
    """Writes so many details; beyond MADE_AT_ONCE the same come again as other articles."""
    world = World(min(articles, MADE_AT_ONCE), 1, date(2026, 6, 30))
    made = [world.items[article_id].detail for article_id in world.public_ids()]
    with path.open("wb") as file:
        for place in range(articles):
            again, which = divmod(place, len(made))
            file.write(orjson.dumps(made[which] | {"id": made[which]["id"] + again * APART}) + b"\n")
