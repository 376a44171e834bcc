"""What a page of a list shows: each record once, and its digest: with another one, what belongs to it is read again."""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import sha256
from typing import Any

import orjson
import pyarrow as pa

Record = dict[str, Any]


def marked(rows: pa.Table, names: Sequence[str]) -> pa.Table:
    """Returns rows with a digest of the named columns in `listed_mark`."""
    place = rows.column_names.index("listed_mark")
    digests = [
        sha256(orjson.dumps(list(row.values()))).hexdigest()[:16] for row in rows.select(list(names)).to_pylist()
    ]
    return rows.set_column(place, rows.field(place), [pa.array(digests, pa.string())])


def by_id(page: Sequence[Record]) -> tuple[list[Record], set[int]]:
    """Returns the records of a page, of those with the same id the last one, and their ids.

    Those without a number for an id are returned as well: what reads them notes it.
    """
    found = {record["id"]: record for record in page if type(record.get("id")) is int}
    others = [record for record in page if type(record.get("id")) is not int]
    return [*found.values(), *others], set(found)
