"""Records: JSON of Figshare as typed Arrow tables, and how it differs from what is declared."""
