"""A refresh, from what is due to what is published: the one room that knows Figshare and the warehouse.

`steps` says what follows what, `reading` and `usage` ask Figshare and hand over what it answers, `loading` is dlt, and
`plan` tells beforehand what the same questions of the warehouse would have it ask.
"""

from __future__ import annotations

from figshare_warehouse.refresh.interrupts import InterruptedRefreshError
from figshare_warehouse.refresh.run import Outcome
from figshare_warehouse.refresh.steps import followed, load, refresh

__all__ = ["InterruptedRefreshError", "Outcome", "followed", "load", "refresh"]
