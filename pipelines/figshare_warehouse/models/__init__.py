"""The SQL project: reads, orders, checks, builds, documents and tests the files in `sql`."""
