"""All measures in one table: `python -m tests.benchmarks [NAME…] [--quick]`."""

from __future__ import annotations

import argparse
import importlib
import os
import platform
import tempfile
import time
from dataclasses import fields, replace
from pathlib import Path

import dlt
import duckdb

from tests.benchmarks.measure import QUICK, Sizes, print_head, print_row

SIZES = {
    "runs": "how often each is measured; the median counts",
    "least": "articles of the smallest publication",
    "small": "articles of the smaller load and listing",
    "large": "articles of the larger load and listing",
    "fetched": "details to fetch",
    "refreshed": "articles of the whole refresh",
    "views": "articles under the views",
    "published": "articles of one more publication, such as 1000000, which takes its time",
}

NAMES = ("load", "fetch", "listing", "nothing", "publish", "refresh", "requests", "scale", "reports")


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"{', '.join(NAMES)}; all when none is given")
    parser.add_argument("--quick", action="store_true", help="a few articles, once: to see that it runs")
    for size in fields(Sizes):
        parser.add_argument(f"--{size.name}", type=int, help=f"{SIZES[size.name]}; {size.default:,} when not given")
    given = parser.parse_args()
    if unknown := set(given.names) - set(NAMES):
        parser.error(f"there is no measure {', '.join(sorted(unknown))}")
    asked = {size.name: getattr(given, size.name) for size in fields(Sizes) if getattr(given, size.name) is not None}
    sizes = replace(QUICK if given.quick else Sizes(), **asked)
    print_head()
    with tempfile.TemporaryDirectory(prefix="benchmarks-") as folder:
        for name in given.names or NAMES:
            module = importlib.import_module(f"tests.benchmarks.bench_{name}")
            for row in module.rows(sizes, Path(folder)):
                print_row(row)
    load = os.getloadavg()[0]
    print(
        f"\n{os.cpu_count()} cores, load {load:.1f}; Python {platform.python_version()}, duckdb {duckdb.__version__}, "
        f"dlt {dlt.__version__}; medians of {sizes.runs} (last three: once); {time.strftime('%Y-%m-%d')}"
    )


if __name__ == "__main__":
    main()
