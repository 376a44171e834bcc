"""How long each step of a refresh takes."""

from __future__ import annotations

import time
from dataclasses import dataclass
from itertools import pairwise


@dataclass(frozen=True, slots=True)
class Step:
    """A step with its seconds of the clock, and of all processors."""

    name: str
    seconds: float
    cpu: float


class Steps:
    """A refresh's progress that notes when each step began."""

    is_shown = False

    def __init__(self) -> None:
        self._begun: list[tuple[str, float, float]] = []
        self.step("Opening")

    def step(self, text: str) -> None:
        self._begun.append((text, time.perf_counter(), time.process_time()))

    def expect(self, requests: int, is_sure: bool) -> None:
        pass

    def requests(self, made: int) -> None:
        pass

    def taken(self) -> list[Step]:
        """Each step, the last until now."""
        now = ("", time.perf_counter(), time.process_time())
        return [
            Step(name, ended - begun, cpu_ended - cpu_begun)
            for (name, begun, cpu_begun), (_, ended, cpu_ended) in pairwise([*self._begun, now])
        ]
