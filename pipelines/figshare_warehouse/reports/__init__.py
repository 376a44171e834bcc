"""Reports: from what is published to a table in the terminal, CSV, JSON, Parquet and XLSX files, and HTML pages."""
