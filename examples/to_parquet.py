r"""A Figshare institution as Parquet files, by dlt alone: no warehouse, no reports.

    SOURCES__FIGSHARE__INSTITUTION=1234 DESTINATION__FILESYSTEM__BUCKET_URL=file:///srv/lake \
        python examples/to_parquet.py

The folder may be s3://…, gs://… or az://…, too: see dlt's page on its filesystem destination. Files cannot be merged,
so each run writes all tables anew.
"""

import dlt
import pyarrow as pa

from figshare_warehouse.sources.figshare import figshare_source


def present(rows: pa.Table) -> pa.Table:
    """Leaves out the rows that only say, for a merge, that an article has for instance no tags (any more)."""
    return rows.filter(rows["_deleted"].is_null()) if "_deleted" in rows.column_names else rows


if __name__ == "__main__":
    source = figshare_source()
    for resource in source.selected_resources.values():
        resource.add_map(present)
        if "_deleted" in resource.compute_table_schema()["columns"]:
            resource.apply_hints(columns={"_deleted": {"hard_delete": False}})
    pipeline = dlt.pipeline("figshare_to_parquet", destination="filesystem", dataset_name="figshare")
    print(pipeline.run(source, loader_file_format="parquet", write_disposition="replace"))
