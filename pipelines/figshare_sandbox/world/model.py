"""What the world is made of: one item, and how dates are written."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

Json = dict[str, Any]


@dataclass(slots=True)
class Item:
    """An article with everything that is known of it.

    Attributes:
        id: The article's id.
        detail: The newest version's full detail, with all its files.
        state: `public`, `withdrawn` (was public once), `embargoed` (published, but wholly under embargo) or `draft`
            (never published).
        institution: The id of its institution, 0 for none.
        born: Ordinal of the day it was first public, where its usage begins; None for drafts.
        versions: The details of the versions before the newest, oldest first.
        project_id: The project it belongs to.
        account_id: The account that owns it.
        downloadable: Whether it had files when it was made, and so has downloads.
        touched: When it was last changed, for records whose details do not say.
        draft: The detail of the next version, which waits to be published; None where nothing waits.
    """

    id: int
    detail: Json
    state: str
    institution: int
    born: int | None
    versions: list[Json] = field(default_factory=list)
    project_id: int | None = None
    account_id: int = 0
    downloadable: bool = True
    touched: str | None = None
    draft: Json | None = None

    @property
    def working_copy(self) -> Item:
        """The article as its owner sees it: with the detail of the next version where one waits."""
        if self.draft is None:
            return self
        return replace(self, detail=self.draft, draft=None, touched=None)


def stamp(moment: datetime) -> str:
    """A moment as REST dates are written, `2026-06-30T12:00:00Z`."""
    return moment.isoformat(timespec="seconds") + "Z"


def parse_stamp(text: str | None) -> datetime | None:
    """Read a date or date-time with or without Z; None for anything else."""
    if not text:
        return None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    if moment.tzinfo is not None:
        offset = moment.utcoffset()
        moment = moment.replace(tzinfo=None)
        moment = moment - offset if offset else moment
    return moment


def canonical(text: str | None) -> str | None:
    """A date in the one form that sorts, whatever form it came in."""
    if text and len(text) == 20 and text[19] == "Z":
        return text
    moment = parse_stamp(text)
    return stamp(moment) if moment else None
