"""Which version of Figshare's API each followed institution is on: found, kept in the warehouse, reported once."""

from __future__ import annotations

import json
import logging

from figshare_warehouse.errors import FigshareWarehouseError
from figshare_warehouse.refresh.plan import known_versions
from figshare_warehouse.refresh.run import Run
from figshare_warehouse.sources.figshare.records.arrow import computed_rows
from figshare_warehouse.sources.figshare.records.itemtype import Catalogue
from figshare_warehouse.tables import API_VERSIONS

logger = logging.getLogger("figshare_warehouse")


def find_versions(run: Run) -> None:
    """Finds out which version each institution is on that is followed; for one request each at most.

    Raises:
        FigshareWarehouseError: when the warehouse cannot be asked.
    """
    run.versions.known.update(known_versions(run.connection))
    run.versions.has_items = bool(run.ask("items_listed"))
    if run.is_stopped:
        return
    try:
        for institution in {one.institution_id for one in run.listings if one.institution_id is not None}:
            run.versions.of(institution)
    except FigshareWarehouseError:
        # Nothing more can be asked; the steps that follow find that, too.
        return
    note_versions(run)


def note_versions(run: Run) -> None:
    """Keeps what was found where it is not what is known; a switch is reported.

    Raises:
        FigshareWarehouseError: when the warehouse cannot be written.
    """
    if run.versions.is_forced:
        return
    run.load_kept()
    before = known_versions(run.connection)
    now = {id_: version for id_, version in run.versions.known.items() if before.get(id_) != version}
    if not now:
        return
    found_at = run.now()
    rows = [
        {"institution_id": id_, "found_at": found_at, "api_version": version, "refresh_id": run.refresh_id}
        for id_, version in now.items()
    ]
    run.load({API_VERSIONS: [computed_rows(API_VERSIONS, rows)]})
    for id_ in now.keys() & before.keys():
        sentence = (
            f"Figshare has switched institution {id_} from its API {before[id_]} to {now[id_]}: it is read there from "
            "now on. What did not change is not read again."
        )
        logger.warning(sentence)
        run.outcome.switches.append(sentence)


def read_catalogue(run: Run) -> None:
    """Takes the fields of the token's institution from the warehouse, by which v3's records are read.

    Raises:
        FigshareWarehouseError: when the warehouse cannot be asked.
    """
    rows = run.ask("item_type_fields_known") if run.versions.is_any_on_v3 else []
    if rows:
        run.versions.catalogue = Catalogue.of(
            {**row, "order": row["field_order"], "settings": row["settings"] and json.loads(row["settings"])}
            for row in rows
        )
