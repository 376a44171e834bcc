"""The warehouse: one DuckDB file, its queries and views. Nothing about HTTP."""
