"""Where the SQL files are: inside the installed package, or beside it in a checkout."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path


def sql_folder() -> Path:
    """Returns the folder `sql/` with its `plan`, `staging` and `reports`."""
    package = Path(str(files("pipelines")))
    installed = package / "sql"
    return installed if installed.is_dir() else package.parent / "sql"
