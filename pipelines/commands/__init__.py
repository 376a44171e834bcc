"""The commands, by what a user wants: to try, to load, to read, to work with the SQL.

Arguments in, words out: what a command does is done in other rooms. What is slow to import (dlt, duckdb, sqlglot) is
imported by the command that needs it, so that `--help` is quick.
"""
