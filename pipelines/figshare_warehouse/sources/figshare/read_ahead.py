"""Reading ahead: several requests at once, with their responses in order."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from itertools import islice
from typing import TypeVar

from figshare_warehouse.sources.figshare.client import FigshareClient

Wanted = TypeVar("Wanted")
Read = TypeVar("Read")


def read_ahead(
    client: FigshareClient,
    read: Callable[[FigshareClient, Wanted], Read],
    wanted: Iterable[Wanted],
    is_alone: Callable[[], bool] = lambda: False,
    goes_on: Callable[[], bool] = lambda: True,
) -> Iterator[tuple[Wanted, Future[Read]]]:
    """Yields each wanted thing with its finished future.

    When the client is stopped, requests under way are still yielded, and no more follow.

    Args:
        client: asks Figshare; says how many requests are under way at once.
        read: reads one thing.
        wanted: the things, consumed as needed.
        is_alone: called before each request; while it returns true, one is read at a time.
        goes_on: called after each reading; once it returns false, no more are requested.
    """
    waiting = iter(wanted)
    with ThreadPoolExecutor(client.concurrency, thread_name_prefix="figshare") as pool:
        under_way: deque[tuple[Wanted, Future[Read]]] = deque()

        def submit() -> None:
            depth = 1 if is_alone() else 2 * client.concurrency
            count = max(0, depth - len(under_way))
            under_way.extend((one, pool.submit(read, client, one)) for one in islice(waiting, count))

        submit()
        while under_way:
            one, future = under_way.popleft()
            future.exception()
            yield one, future
            if client.stop_reason is None and goes_on():
                submit()
