"""The SQL project: the files in `sql` read, put in order, checked, built, described and tested."""
