"""Whatever happened in between, all reports are those of a warehouse that is loaded afresh."""

from __future__ import annotations

import pytest

from .live import live, random_history

# Use in 2010, before its article's first date; a group without any use until last week; a group whose months failed.
ONCE_WRONG = (6156, 6267, 6335)


@pytest.mark.slow
@pytest.mark.parametrize("seed", [1])
def test_a_random_history_ends_as_a_fresh_load(seed: int) -> None:
    assert live(random_history(seed)) == []


@pytest.mark.slow
@pytest.mark.parametrize("seed", [*range(2, 8), *ONCE_WRONG])
def test_random_histories_end_as_fresh_loads(seed: int) -> None:
    """More of them: `python -m tests.histories --count 1000`."""
    assert live(random_history(seed)) == []
