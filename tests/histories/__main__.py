"""Random histories outside pytest: `python -m tests.histories --count 1000 --seed 1 [--processes 2] [--shrink]`.

Prints of each history whether it ends as a fresh warehouse, or in what it differs, and the CPU seconds it took.
`--seed S --count 1 --shrink` looks for the shortest history that still goes wrong, and prints it.
"""

from __future__ import annotations

import argparse
import sys
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context

from .live import random_history, run, shrunk


def main() -> int:
    """Runs the command; returns 1 where a history went wrong."""
    parser = argparse.ArgumentParser(prog="python -m tests.histories", description=__doc__)
    parser.add_argument("--count", type=int, default=20, help="how many (20)")
    parser.add_argument("--seed", type=int, default=1, help="seed of the first; the others follow (1)")
    parser.add_argument("--processes", type=int, default=1, help="at once (1)")
    parser.add_argument("--shrink", action="store_true", help="look for the shortest that goes wrong")
    given = parser.parse_args()
    seeds = range(given.seed, given.seed + given.count)
    wrong, seconds = 0, 0.0
    with ProcessPoolExecutor(given.processes, mp_context=get_context("spawn")) as pool:
        for seed, told, taken in pool.map(run, seeds):
            seconds += taken
            wrong += bool(told)
            print(f"seed {seed}: {'not equal' if told else 'equal'}, {taken:.1f} s", *told, sep="\n    ", flush=True)
            if told and given.shrink:
                print(f"    shortest: {shrunk(random_history(seed))}", flush=True)
    print(f"{given.count} histories, {wrong} not equal, {seconds / given.count:.1f} CPU seconds each")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
