"""Authors that recur: a pool with prolific and rare ones, doubles and namesakes."""

from __future__ import annotations

from random import Random
from typing import Any

from figshare_sandbox.world.texts import FIRST_NAMES, LAST_NAMES

Json = dict[str, Any]


def orcid(number: int) -> str:
    """An ORCID iD with a right check digit, in a block that ORCID does not give out."""
    digits = f"{number:015d}"
    total = 0
    for digit in digits:
        total = (total + int(digit)) * 2
    check = (12 - total % 11) % 11
    digits += "X" if check == 10 else str(check)
    return "-".join(digits[i : i + 4] for i in range(0, 16, 4))


def author(number: int, first: str, last: str, orcid_id: str | None, active: bool, names: bool = True) -> Json:
    """One author as details list them; `names` gives the newer first and last name."""
    full = f"{first} {last}"
    record: Json = {"id": number, "full_name": full}
    if names:
        record |= {"first_name": first, "last_name": last}
    slug = full.encode("ascii", "replace").decode().replace("?", "_").replace(" ", "_").replace("'", "_")
    record |= {"is_active": active, "url_name": slug if active else "_", "orcid_id": orcid_id}
    return record


def author_pool(rng: Random, size: int) -> list[Json]:
    """`size` authors, the first ones being the special cases.

    0 and 1 are one person under two ids (same ORCID, spelt differently); 2 and 3 are two people of one name;
    4 has `null` for an ORCID, 5 an empty string.
    """
    pool = [
        author(7_000_001, "Maria", "Lindqvist", orcid(1_000_001), True),
        author(7_000_002, "M.", "Lindqvist", orcid(1_000_001), False),
        author(7_000_003, "Wei", "Zhang", orcid(1_000_003), True),
        author(7_000_004, "Wei", "Zhang", "", False),
        author(7_000_005, "Jan", "Novák", None, True),
        author(7_000_006, "Kofi", "O'Brien", "", True),
    ]
    number = 7_000_006
    while len(pool) < size:
        number += 1 + int(rng.random() * 5)
        chance = rng.random()
        iris = orcid(number) if chance < 0.27 else (None if chance < 0.4 else "")
        names = rng.random() < 0.9
        first, last = rng.choice(FIRST_NAMES), rng.choice(LAST_NAMES)
        pool.append(author(number, first, last, iris, rng.random() < 0.5, names))
    return pool[:size] if size >= 6 else pool


def pick_authors(rng: Random, pool: list[Json], count: int) -> list[Json]:
    """`count` different authors; low places in the pool write much more than high ones."""
    chosen: dict[int, Json] = {}
    while len(chosen) < min(count, len(pool)):
        person = pool[int(len(pool) * rng.random() ** 2.5)]
        chosen[person["id"]] = person
    return list(chosen.values())
