"""Records: Figshare's JSON as typed Arrow tables, and its drift from the declared tables."""
