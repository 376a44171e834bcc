"""DuckDB by itself: opening and recognizing files, quoting names. Nothing about the warehouse."""
