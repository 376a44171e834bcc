"""A refresh, from what is due to the published file: the only package that uses both Figshare and the warehouse.

`steps` has the order of the steps, `public_record` and `usage` read from Figshare, `loader` loads, and `plan`
estimates the requests from the same queries.
"""

from __future__ import annotations

from figshare_warehouse.refresh.followed import followed
from figshare_warehouse.refresh.interrupts import InterruptedRefreshError
from figshare_warehouse.refresh.run import Outcome
from figshare_warehouse.refresh.steps import load, refresh

__all__ = ["InterruptedRefreshError", "Outcome", "followed", "load", "refresh"]
