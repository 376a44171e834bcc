"""DuckDB: how its files are opened and recognised, and names inside statements. Nothing of the warehouse."""
