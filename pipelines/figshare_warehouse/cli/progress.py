"""The progress of a refresh in the terminal."""

from __future__ import annotations

import sys


class ProgressBar:
    """Steps and a bar of requests on standard error; nothing where that is not a terminal."""

    def __init__(self) -> None:
        from rich.console import Console
        from rich.progress import BarColumn, Progress, ProgressColumn, TextColumn, TimeRemainingColumn

        self.is_shown = sys.stderr.isatty()
        columns: tuple[ProgressColumn, ...] = (
            TextColumn("{task.description}"),
            BarColumn(),
            TextColumn("{task.completed:,.0f} of {task.fields[expected]} requests"),
            TimeRemainingColumn(),
        )
        self._bar = Progress(
            *columns, console=Console(stderr=True), transient=True, disable=not self.is_shown, expand=False
        )
        self._task = self._bar.add_task("", total=None, visible=False, expected="?")
        self._expected = 0

    def __enter__(self) -> ProgressBar:
        self._bar.start()
        return self

    def __exit__(self, *error: object) -> None:
        self._bar.stop()

    def step(self, text: str) -> None:
        """Shows the step."""
        self._bar.update(self._task, description=text, visible=True)

    def expect(self, requests: int, is_sure: bool) -> None:
        """Shows how many requests are expected; the bar has no end while that is uncertain."""
        self._expected = requests
        expected = f"{requests:,}" if is_sure else f"{requests:,} or more"
        self._bar.update(self._task, expected=expected)
        # For `update`, None means no change.
        [task] = self._bar.tasks
        task.total = requests if is_sure else None

    def requests(self, made: int) -> None:
        """Moves the bar; beyond the expected number it has no end."""
        if 0 < self._expected < made:
            self.expect(made, False)
        self._bar.update(self._task, completed=made)
