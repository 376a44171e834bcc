"""Reports: from the published file to the terminal, CSV, JSON, Parquet and XLSX files, and HTML pages."""
