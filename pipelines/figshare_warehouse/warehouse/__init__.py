"""The warehouse: one DuckDB file, its questions and its views. Knows nothing of HTTP."""
