"""How long each step of a refresh takes."""

from __future__ import annotations

import time


class Steps:
    """A refresh's progress that notes when each step began."""

    def __init__(self) -> None:
        self._begun: list[tuple[str, float]] = [("Opening", time.perf_counter())]

    def step(self, text: str) -> None:
        self._begun.append((text, time.perf_counter()))

    def expect(self, requests: int, is_sure: bool) -> None:
        pass

    def requests(self, made: int) -> None:
        pass

    def taken(self) -> list[tuple[str, float]]:
        """Each step with its seconds, the last until now."""
        ends = [begun for _, begun in self._begun[1:]] + [time.perf_counter()]
        return [(name, end - begun) for (name, begun), end in zip(self._begun, ends, strict=True)]
