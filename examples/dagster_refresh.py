"""A refresh as an asset of Dagster, each day: `pip install dagster`, then `dagster dev -f examples/dagster_refresh.py`.

The command runs in a process of its own, as it would by hand: settings and secrets come from `.dlt` or the environment.
FIGSHARE_WAREHOUSE may name the file; FIGSHARE_REFRESH_OPTIONS holds other options, such as `--institution 1234`.
"""

import os
import shlex
import subprocess
import sys

import dagster as dg

WAREHOUSE = os.environ.get("FIGSHARE_WAREHOUSE", "figshare_warehouse.duckdb")
OPTIONS = shlex.split(os.environ.get("FIGSHARE_REFRESH_OPTIONS", ""))
# See docs/operations.md: some requests failed, or a limit was reached. What was read is loaded and published.
GOES_ON_NEXT_TIME = (3, 4)
# Another refresh runs: try later.
LOCKED = 5


@dg.asset(description="The repository's record in DuckDB, and its reports published beside it.")
def figshare_warehouse(context: dg.AssetExecutionContext) -> dg.MaterializeResult:
    """Refreshes; a status that means the next run goes on is a warning, any other a failure."""
    command = [sys.executable, "-m", "figshare_warehouse", "refresh", "--warehouse", WAREHOUSE, *OPTIONS]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    said = (done.stdout + done.stderr).strip()
    if done.returncode == LOCKED:
        raise dg.RetryRequested(max_retries=3, seconds_to_wait=600)
    if done.returncode in GOES_ON_NEXT_TIME:
        context.log.warning(said)
    elif done.returncode != 0:
        raise dg.Failure(said, metadata={"exit_status": done.returncode})
    return dg.MaterializeResult(metadata={"summary": said, "exit_status": done.returncode})


daily = dg.ScheduleDefinition("figshare_daily", target=[figshare_warehouse], cron_schedule="17 3 * * *")
defs = dg.Definitions(assets=[figshare_warehouse], schedules=[daily])
