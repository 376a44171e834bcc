"""Reports: from the views in the schema `reports` to a table in the terminal, CSV, JSON and HTML pages."""
