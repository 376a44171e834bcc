"""Random histories outside pytest: `python -m tests.histories --count 1000 --seed 1 [--processes 2] [--shrink]`.

Prints the seed of each history that does not end as a fresh warehouse, and in what, and at the end how many did.
`--seed S --count 1 --shrink` looks for the shortest history that still goes wrong, and prints it.
"""

from __future__ import annotations

import argparse
import logging
import sys
import time
import traceback
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context

from .live import live, random_history, shrunk


def run(seed: int) -> tuple[int, list[str], float]:
    """Lives through one history; returns its seed, what is wrong with it, and the CPU seconds it took."""
    # What fails on purpose is not shown.
    logging.disable(logging.CRITICAL)
    begun = time.process_time()
    try:
        wrong = live(random_history(seed))
    except Exception:
        wrong = [traceback.format_exc(limit=-4)]
    return seed, wrong, time.process_time() - begun


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
            if told:
                print(f"seed {seed}:", *told, sep="\n    ", flush=True)
                if given.shrink:
                    print(f"    shortest: {shrunk(random_history(seed))}", flush=True)
    print(f"{given.count} histories, {wrong} not equal, {seconds / given.count:.1f} CPU seconds each")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
