"""How long each step of a refresh takes, and how much memory."""

from __future__ import annotations

import time
from dataclasses import dataclass
from itertools import pairwise

from tests.benchmarks.measure import peak_mb


@dataclass(frozen=True, slots=True)
class Step:
    """A step with its seconds of the clock, and of all processors, and the most memory up to its end."""

    name: str
    seconds: float
    cpu: float
    peak_mb: float


class Steps:
    """A refresh's progress that notes when each step began."""

    is_shown = False

    def __init__(self) -> None:
        self._begun: list[tuple[str, float, float, float]] = []
        self.step("Opening")

    def step(self, text: str) -> None:
        self._begun.append(self._now(text))

    def expect(self, requests: int, is_sure: bool) -> None:
        pass

    def requests(self, made: int) -> None:
        pass

    def taken(self) -> list[Step]:
        """Each step, the last until now."""
        return [
            Step(name, ended - begun, cpu_ended - cpu_begun, peak)
            for (name, begun, cpu_begun, _), (_, ended, cpu_ended, peak) in pairwise([*self._begun, self._now("")])
        ]

    def _now(self, text: str) -> tuple[str, float, float, float]:
        return text, time.perf_counter(), time.process_time(), peak_mb()
