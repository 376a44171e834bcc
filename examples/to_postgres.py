r"""A Figshare institution in PostgreSQL, by dlt alone: no warehouse, no reports. Needs `pip install 'dlt[postgres]'`.

    SOURCES__FIGSHARE__INSTITUTION=1234 DESTINATION__POSTGRES__CREDENTIALS=postgresql://USER:PASSWORD@HOST/DATABASE \
        python examples/to_postgres.py

The password can stand in `.dlt/secrets.toml` instead. Rows are merged on their keys: run it again, and what changed is
replaced. Files on the way are CSV, since dlt loads Parquet into PostgreSQL only with ADBC's driver.
"""

import dlt

from figshare_warehouse.sources.figshare import figshare_source

if __name__ == "__main__":
    pipeline = dlt.pipeline("figshare_to_postgres", destination="postgres", dataset_name="figshare")
    print(pipeline.run(figshare_source(), loader_file_format="csv"))
