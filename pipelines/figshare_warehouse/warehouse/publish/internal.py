"""Publishing personal data: the internal reports as tables, in a second file that only its owner reads.

It is made from the tables of personal data, and from the file of reports that was just published.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

import duckdb

from figshare_warehouse.database import statements
from figshare_warehouse.database.files import private
from figshare_warehouse.database.memory import bounded
from figshare_warehouse.database.names import SNAPSHOT
from figshare_warehouse.errors import FigshareWarehouseError, one_line
from figshare_warehouse.models import queries, views
from figshare_warehouse.models.about import metadata_view
from figshare_warehouse.models.macros import create_schemas
from figshare_warehouse.models.sqlfiles import INTERNAL, INTERNAL_SCHEMAS, LOADED_INTERNAL, REPORTS, View
from figshare_warehouse.tables import INTERNAL_TABLES
from figshare_warehouse.warehouse import store
from figshare_warehouse.warehouse.publish.places import Place, note
from figshare_warehouse.warehouse.publish.published import Published
from figshare_warehouse.warehouse.publish.writing import describe, make, remove, remove_unfinished, sync_folder, written

_PUBLIC = "figshare_warehouse_public"
"""Name of the attached file of reports."""


def new_file(target: Published) -> Path:
    """Returns the internal file before it is put in its place."""
    return target.internal.with_name(f".{target.internal.name}.{os.getpid()}.new")


def publish_internal(
    connection: duckdb.DuckDBPyConnection, target: Published, now: datetime, package_version: str
) -> Path | None:
    """Computes the internal reports and publishes them, for their owner only.

    Args:
        connection: the warehouse, open for writing, in no transaction, which reaches the published file and `new_file`.
        target: the file of reports, just published.
        now: the time (UTC).
        package_version: the version that publishes.

    Returns:
        The file; None where the warehouse has no personal data.

    Raises:
        UsageError: the file is something else than what was published before.
        FigshareWarehouseError: a report cannot be computed, or the file cannot be written; an existing one is as it
            was.
    """
    if not store.has_internal(connection):
        return None
    path, new = target.refuse_foreign_internal(), new_file(target)
    remove_unfinished(path, "new")
    try:
        with private():
            # First, so that it is also found when this is killed.
            note(connection, Place(path.absolute(), target.warehouse.absolute()))
        with private(), bounded(connection), _snapshot(connection, target.current()):
            described = views.list_views(schemas=INTERNAL_SCHEMAS)
            with written(connection, new, [INTERNAL]):
                counts = _make_reports(connection, described)
                reports = [view for view in described if view.is_report]
                describe(connection, reports)
                contents = {
                    "reports": [view.name for view in reports],
                    "schema_names": [view.schema for view in reports],
                    "column_counts": [len(view.columns) for view in reports],
                    "row_counts": [counts[view.relation] for view in reports],
                }
                facts = {
                    "published_at": now,
                    "package_version": package_version,
                    "public_file": target.path.name,
                    "warehouse_name": target.warehouse.name,
                }
                for name, given in (("published_reports", contents), ("about", facts)):
                    view = metadata_view(name, INTERNAL)
                    make(connection, view, view.text, given)
                    describe(connection, [view])
        # Again, since it took a while to compute them.
        target.refuse_foreign_internal()
        remove(path.with_name(f"{path.name}.wal"))
        os.replace(new, path)
        sync_folder(path.parent)
    except (OSError, duckdb.Error) as error:
        raise FigshareWarehouseError(
            f"The internal reports were not published, since {path} cannot be written ({one_line(error)}). What was "
            "published before is as it was; run `figshare-warehouse publish` when that is mended."
        ) from error
    finally:
        remove(new)
    return path


@contextmanager
def _snapshot(connection: duckdb.DuckDBPyConnection, public: Path) -> Iterator[None]:
    """Makes a database current that has the tables of personal data, and the reports as they were published."""
    [[home]] = connection.execute(statements.current_database()).fetchall()
    connection.execute(statements.attach_memory(SNAPSHOT))
    try:
        connection.execute(statements.attach(public, _PUBLIC, "read_only"))
        connection.execute(statements.use(SNAPSHOT))
        create_schemas(connection)
        for schema in (LOADED_INTERNAL, *INTERNAL_SCHEMAS):
            connection.execute(statements.create_schema(schema))
        for name in INTERNAL_TABLES:
            connection.execute(statements.create_view_of(LOADED_INTERNAL, name, home))
        for row in queries.rows(connection, "catalog/relations", database_name=_PUBLIC):
            if row["schema_name"] == REPORTS:
                connection.execute(statements.create_view_of(REPORTS, row["relation_name"], _PUBLIC))
        yield
    finally:
        connection.execute(statements.use(home))
        connection.execute(statements.detach(SNAPSHOT))
        connection.execute(statements.detach(_PUBLIC, must_exist=False))


def _make_reports(connection: duckdb.DuckDBPyConnection, described: list[View]) -> dict[str, int]:
    """Makes a table of each report, which the next ones read. Returns their rows."""
    counts = {}
    for item in views.parsed_files(schemas=INTERNAL_SCHEMAS):
        view = next(view for view in described if view.relation == item.sql.relation)
        connection.execute(statements.create_view(view.schema, view.name, view.text))
        if view.is_report:
            counts[view.relation] = make(connection, view, statements.all_rows(view.schema, view.name), {})
    return counts
