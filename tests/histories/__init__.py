"""Random histories of a small repository: whatever happened, its reports equal those of a fresh warehouse."""
