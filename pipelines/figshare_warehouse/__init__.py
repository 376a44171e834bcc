"""figshare-warehouse: a Figshare repository's public record in DuckDB, loaded by dlt and reported in plain SQL."""
