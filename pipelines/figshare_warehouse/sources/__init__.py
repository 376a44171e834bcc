"""Data sources: Figshare, over HTTP."""
